#pragma once

#include "gradcut/storage/file.h"
#include "gradcut/tensor/npy.h"
#include "support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <initializer_list>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <vector>

namespace gradcut {

/// For tests of what is read from images and .npy arrays: writes one file, whose name tells
/// nothing.
class MatrixFileTest : public ::testing::Test {
 protected:
  std::filesystem::path Write(const std::vector<std::uint8_t>& bytes) {
    WriteFileAtomically(folder_ / "file", bytes);
    return folder_ / "file";
  }
  std::filesystem::path WriteOpenCvPng(const cv::Mat& bgr, const std::vector<int>& settings = {}) {
    std::vector<std::uint8_t> bytes;
    cv::imencode(".png", bgr, bytes, settings);
    return Write(bytes);
  }

  template <class T>
  std::filesystem::path WriteArray(int rows, std::initializer_list<T> values) {
    return Write(EncodeNpy(cv::Mat(std::vector<T>(values), /*copyData=*/true).reshape(1, rows)));
  }

  TemporaryFolder folder_;
};

}  // namespace gradcut
