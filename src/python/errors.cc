#include "python/errors.h"

#include "gradcut/core/error.h"

#include <exception>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut::python {

void TranslateErrors(nanobind::handle error) {
  nanobind::register_exception_translator(
      [](const std::exception_ptr& thrown, void* raised) {
        auto* const type = static_cast<PyObject*>(raised);
        try {
          std::rethrow_exception(thrown);
        } catch (const Error& e) {
          PyErr_SetString(type, e.what());
        } catch (const std::invalid_argument& e) {
          PyErr_SetString(type, e.what());
        } catch (const cv::Exception& e) {
          if (e.code == cv::Error::StsNoMem) {
            PyErr_SetString(PyExc_MemoryError, e.what());
          } else {
            PyErr_SetString(type, e.what());
          }
        }
      },
      error.inc_ref().ptr());
}

}  // namespace gradcut::python
