// Image-level labels in all their forms.
#include "gradcut/dataset/image_labels.h"

#include "gradcut/storage/file.h"
#include "gradcut/tensor/npy.h"
#include "support/error_of.h"
#include "support/photos.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gradcut {
namespace {

using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using Classes = std::vector<std::string>;
using ClassesByName = std::vector<std::pair<std::string, Classes>>;

class ImageLabelsTest : public ::testing::Test {
 protected:
  std::filesystem::path Write(const std::string& name, const std::string& text) const {
    WriteFileAtomically(folder_ / name, text);
    return folder_ / name;
  }
  void SavePhotos(const std::vector<std::string>& names) const {
    for (const std::string& name : names) SavePhoto(folder_ / name, 1);
  }
  std::string Error(const ImageLabelSource& source, const Classes& known = {}) const {
    return ErrorOf([&] { ReadImageLabels(source, known); });
  }
  // Without looking for the images.
  static ClassesByName Read(const std::filesystem::path& labels, const Classes& known = {}) {
    ClassesByName all;
    for (const LabelledImage& image : ReadImageLabels({.labels = labels}, known).images)
      all.emplace_back(image.name, image.classes);
    return all;
  }
  TemporaryFolder folder_;
};

// ---- Tables

class TablesTest : public ImageLabelsTest {
 protected:
  ImageLabelSource Table(const std::string& text) const {
    return {.labels = Write("table.tsv", text), .images = folder_ / "in"};
  }
};

TEST_F(TablesTest, ImagesAreFoundByStemOrByPath) {
  SavePhotos({"in/a.png", "in/sub/b.jpg", "in/c.png"});
  const auto images = ReadImageLabels(Table("a\tcat dog cat\nsub/b\tcow\r\n\nc.png\n")).images;
  ASSERT_EQ(images.size(), 3u);
  EXPECT_EQ(images[0].path, folder_ / "in/a.png");
  EXPECT_THAT(images[0].classes, ElementsAre("cat", "dog"));
  EXPECT_EQ(images[1].path, folder_ / "in/sub/b.jpg");
  EXPECT_THAT(images[1].classes, ElementsAre("cow"));
  EXPECT_EQ(images[2].path, folder_ / "in/c.png");
  EXPECT_THAT(images[2].classes, IsEmpty());
}

TEST_F(TablesTest, NamesAreFoundHoweverTheirAccentsAreStored) {
  SavePhotos({"in/Mu\u0308ller.png", "in/\u00e9.png"});
  const auto images =
      ReadImageLabels(Table("\xef\xbb\xbfM\u00fcller\tcat\ne\u0301.png\tdog\n")).images;
  ASSERT_EQ(images.size(), 2u);
  EXPECT_EQ(images[0].path, folder_ / "in/Mu\u0308ller.png");
  EXPECT_EQ(images[1].path, folder_ / "in/\u00e9.png");
}

TEST_F(TablesTest, WithoutAFolderNamesArePaths) {
  const auto images = ReadImageLabels({.labels = Write("table.tsv", "x/y.jpg\tcat\n")}).images;
  EXPECT_EQ(images.at(0).path, "x/y.jpg");
}

TEST_F(TablesTest, AStemIsEnoughWhereItIsTheOnlyOne) {
  SavePhotos({"in/x/a.png", "in/y/b.png", "in/z/b.png"});
  const auto images = ReadImageLabels(Table("a\tcat\ny/b\tcat\nz/b.png\tdog\n")).images;
  EXPECT_EQ(images.at(0).relative, "x/a.png");
  EXPECT_EQ(images.at(1).relative, "y/b.png");
  EXPECT_EQ(images.at(2).relative, "z/b.png");
  EXPECT_THAT(Error(Table("b\tcat\n")), HasSubstr("write which, with its folder"));
}

TEST_F(TablesTest, AWholePathIsMeantBeforeAStem) {
  SavePhotos({"in/a.jpg", "in/a.jpg.png"});
  const auto images = ReadImageLabels(Table("a.jpg\tcat\na.jpg.png\tdog\n")).images;
  EXPECT_EQ(images.at(0).relative, "a.jpg");
  EXPECT_EQ(images.at(1).relative, "a.jpg.png");
}

TEST_F(TablesTest, NamesWithSpacesStandBetweenCommasOrTabs) {
  const auto classes = [&](const std::string& text, const Classes& known = {}) {
    std::vector<Classes> all;
    for (const auto& [name, each] : Read(Write("table.tsv", text), known)) all.push_back(each);
    return all;
  };
  const auto expected = ElementsAre(ElementsAre("traffic light", "cat"), ElementsAre("stop sign"));
  EXPECT_THAT(classes("a\ttraffic light, cat\nb\tstop sign\n"), expected);
  EXPECT_THAT(classes("a\ttraffic light\tcat\nb\tstop sign\n"), expected);
  EXPECT_THAT(classes("a\ttraffic light\nb\tstop sign\n"),
              ElementsAre(ElementsAre("traffic", "light"), ElementsAre("stop", "sign")));
  // Where the names are known, they tell themselves.
  const Classes known = {"cat", "light", "traffic light", "stop sign"};
  EXPECT_THAT(classes("a\ttraffic light cat\nb\tstop sign\n", known), expected);
  EXPECT_THAT(classes("a\ttraffic light cat\nb\tstop sign,\n", known), expected);
  EXPECT_THAT(classes("a\tlight cat\n", known), ElementsAre(ElementsAre("light", "cat")));
  EXPECT_THAT(classes("a\ttraffic cat\n", known), ElementsAre(ElementsAre("traffic", "cat")));
}

TEST_F(TablesTest, WhatIsWrongIsNamedWithItsLine) {
  SavePhotos({"in/a.png", "in/a.jpg", "in/b.png"});
  EXPECT_THAT(Error(Table("b\tcat\nnone\tcat\n")), HasSubstr("table.tsv:2: 'none' is no image in"));
  EXPECT_THAT(Error(Table("a\tcat\n")), HasSubstr("write which"));
  EXPECT_THAT(Error(Table("b\tcat\nb\tdog\n")), HasSubstr("table.tsv:2: 'b' stands there twice"));
  EXPECT_THAT(Error(Table("none cat\n")), HasSubstr("is there a tab behind the image?"));
  for (const char* const json : {"{\"images\": []}", "\n[\n1]\n", "{\"a\": 1}\n{\"b\": 2}\n"})
    EXPECT_THAT(Error(Table(json)), HasSubstr("table.tsv: is JSON, expected lines of an image"));
  EXPECT_THAT(Error(Table("[1].png\tcat\n")), HasSubstr("'[1].png' is no image in"));
  EXPECT_LT(Error(Table(std::string(1000000, 'x'))).size(), 1000U);
  EXPECT_THAT(Error(Table("\tcat\n")), HasSubstr("table.tsv:1: no image"));
  EXPECT_THAT(Error(Table("\n")), HasSubstr("no image in it"));
  EXPECT_THAT(Error({.labels = folder_ / "none.tsv"}), HasSubstr("none.tsv"));
}

// ---- CSV

class CsvLabelsTest : public ImageLabelsTest {
 protected:
  ClassesByName Csv(const std::string& text, const Classes& known = {}) const {
    return Read(Write("labels.csv", text), known);
  }
  std::string CsvError(const std::string& text) const {
    return Error({.labels = Write("labels.csv", text)});
  }
};

TEST_F(CsvLabelsTest, CellsHoldNamesBetweenSpacesOrSemicolons) {
  EXPECT_THAT(Csv("image,classes\na.jpg,cat dog\nb.jpg,\n"),
              ElementsAre(Pair("a.jpg", ElementsAre("cat", "dog")), Pair("b.jpg", IsEmpty())));
  const auto expected = ElementsAre(Pair("a", ElementsAre("traffic light", "cat")));
  EXPECT_THAT(Csv("id,Labels\na,traffic light; cat\n"), expected);
  EXPECT_THAT(Csv("image,tags\na,traffic light cat\n", {"cat", "traffic light"}), expected);
}

TEST_F(CsvLabelsTest, OrThereIsAColumnForEachClass) {
  EXPECT_THAT(Csv("image,cat,traffic light\r\na,1,0\r\nb,0,0\r\nc,1.0,1\r\n"),
              ElementsAre(Pair("a", ElementsAre("cat")), Pair("b", IsEmpty()),
                          Pair("c", ElementsAre("cat", "traffic light"))));
  EXPECT_THAT(Csv("image,cat\na,1\n"), ElementsAre(Pair("a", ElementsAre("cat"))));
}

TEST_F(CsvLabelsTest, QuotesAreThoseOfRfc4180) {
  EXPECT_THAT(
      Csv("\"image\",\"classes\"\n\"a, b.jpg\",\"say \"\"x\"\";cat\"\n\n\"c\nd\",\"\"\n"),
      ElementsAre(Pair("a, b.jpg", ElementsAre("say \"x\"", "cat")), Pair("c\nd", IsEmpty())));
  EXPECT_THAT(CsvError("image,classes\na,cat\n\"b,cat\n"), HasSubstr(":3: a quote is not closed"));
  EXPECT_THAT(CsvError("image,classes\na,c\"at\n"), HasSubstr(":2: a quote inside a field"));
  EXPECT_THAT(CsvError("image,classes\n\"x\ny\",cat\n\"b\"z,cat\n"),
              HasSubstr(":4: a quote inside a field"));
}

TEST_F(CsvLabelsTest, AnyUnicodeIsRead) {
  EXPECT_THAT(Csv("\xef\xbb\xbfimage,classes\na,cat\n"),
              ElementsAre(Pair("a", ElementsAre("cat"))));
  const std::string ascii = "image,classes\na,cat\n";
  std::string utf16 = "\xff\xfe";
  for (const char letter : ascii) utf16 += {letter, '\0'};
  EXPECT_THAT(Csv(utf16), ElementsAre(Pair("a", ElementsAre("cat"))));
}

TEST_F(CsvLabelsTest, WhatIsWrongIsNamedWithItsLine) {
  EXPECT_THAT(CsvError("image,cat,dog\na,1,0\nb,1\n"),
              HasSubstr("labels.csv:3: 2 columns, but the first line has 3"));
  EXPECT_THAT(CsvError("image,cat\na,2\n"), HasSubstr(":2: '2' in the column 'cat', expected 0"));
  EXPECT_THAT(CsvError("image,cat\na,\n"), HasSubstr("expected 0 or 1"));
  EXPECT_THAT(CsvError("a.jpg,cat\nb.jpg,dog\n"), HasSubstr("a first line 'image,classes'"));
  EXPECT_THAT(CsvError("image,cat,cat\na,1,0\n"), HasSubstr(":1: 'cat': a column needs a name"));
  EXPECT_THAT(CsvError("image,,cat\na,1,0\n"), HasSubstr("a column needs a name"));
  EXPECT_THAT(CsvError("image;classes\na;cat\n"), HasSubstr("one column, expected columns parted"));
  EXPECT_THAT(CsvError("image,classes\n,cat\n"), HasSubstr(":2: no image in the first column"));
  EXPECT_THAT(CsvError("image,classes\n"), HasSubstr("no image in it"));
  EXPECT_THAT(CsvError(""), HasSubstr("no image in it"));
}

// ---- VOC's folders

class VocLabelsTest : public ImageLabelsTest {
 protected:
  VocLabelsTest() { SavePhotos({"VOC/JPEGImages/a.png", "VOC/JPEGImages/b.png"}); }
  void WriteAnnotation(const std::string& name, const std::string& objects) const {
    Write("VOC/Annotations/" + name + ".xml",
          "<annotation><filename>x.jpg</filename>" + objects + "</annotation>");
  }
  void WriteList(const std::string& name, const std::string& text) const {
    Write("VOC/ImageSets/Main/" + name + ".txt", text);
  }
  ImageLabelSource Devkit() const { return {.labels = folder_ / "VOC"}; }
};

std::string Object(const std::string& name, const std::string& rest = "") {
  return "<object><name> " + name + "</name>" + rest + "<part><name>head</name></part></object>";
}

TEST_F(VocLabelsTest, AnnotationsNameObjects) {
  WriteAnnotation("a", Object("cat") + Object("dog") + Object("cat"));
  WriteAnnotation("b", "");
  for (const char* const labels : {"VOC", "VOC/Annotations", "VOC/Annotations/"}) {
    const ImageLabels read = ReadImageLabels({.labels = folder_ / labels});
    ASSERT_EQ(read.images.size(), 2u) << labels;
    EXPECT_EQ(read.images[0].path, folder_ / "VOC/JPEGImages/a.png");
    EXPECT_THAT(read.images[0].classes, ElementsAre("cat", "dog"));
    EXPECT_THAT(read.images[1].classes, IsEmpty());
    EXPECT_THAT(read.notes, ElementsAre(HasSubstr("labels of 2 images")));
  }
}

TEST_F(VocLabelsTest, DifficultObjectsCountAndAreSaid) {
  const std::string difficult = "<difficult>1</difficult>";
  WriteAnnotation("a", Object("cat", difficult) + Object("cat", "<difficult>0</difficult>") +
                           Object("dog", difficult));
  const ImageLabels read = ReadImageLabels(Devkit());
  EXPECT_THAT(read.images.at(0).classes, ElementsAre("cat", "dog"));
  EXPECT_THAT(read.notes,
              ElementsAre(HasSubstr(
                  "difficult objects count as present; labels that rest on these alone: 1")));
}

TEST_F(VocLabelsTest, ListsOfClassesNameImages) {
  WriteList("cat_train", "a  1\n");
  WriteList("cat_val", "b -1\r\n");
  WriteList("cat_trainval", "a  1\nb -1\n");
  WriteList("traffic_light_train", "b  0\n");
  WriteList("train", "a\nb\nc\n");   // Images of any class,
  WriteList("train_aug", "a\nb\n");  // of which there are other lists too.
  for (const char* const labels : {"VOC", "VOC/ImageSets/Main"}) {
    const ImageLabels read = ReadImageLabels({.labels = folder_ / labels});
    ASSERT_EQ(read.images.size(), 2u);
    EXPECT_THAT(read.images[0].classes, ElementsAre("cat"));
    EXPECT_THAT(read.images[1].classes, ElementsAre("traffic_light"));
    EXPECT_THAT(read.notes, ElementsAre(::testing::AllOf(HasSubstr("Main: labels of 2 images"),
                                                         HasSubstr("these alone: 1"))));
  }
}

TEST_F(VocLabelsTest, AnnotationsComeFirst) {
  WriteList("cat_train", "a 1\nb 1\n");
  WriteAnnotation("a", Object("dog"));
  EXPECT_THAT(ReadImageLabels(Devkit()).images.at(0).classes, ElementsAre("dog"));
}

TEST_F(VocLabelsTest, LabelsOfImagesThatAreNotHereAreLeftOut) {
  WriteList("cat_train", "a 1\nc 1\nd -1\n");
  const ImageLabels read = ReadImageLabels(Devkit());
  EXPECT_EQ(read.images.size(), 1u);
  EXPECT_THAT(read.warnings, ElementsAre(HasSubstr("2 of its 3 images are not in")));
  WriteList("cat_train", "c 1\n");
  EXPECT_THAT(Error(Devkit()), HasSubstr("1 of its 1 images are not in"));
}

TEST_F(VocLabelsTest, WhatIsWrongIsNamedWithItsFile) {
  EXPECT_THAT(Error(Devkit()), HasSubstr("holds no image-level labels: expected Annotations/"));
  WriteList("cat_train", "a 1\nb 2\n");
  EXPECT_THAT(Error(Devkit()), HasSubstr("cat_train.txt:2: 'b 2', expected an image, and 1, 0"));
  WriteList("cat_train", "a 1\n");
  WriteList("cat_val", "a -1\n");
  EXPECT_THAT(Error(Devkit()), HasSubstr("cat_val.txt:1: has -1 for 'a', but"));
  WriteAnnotation("b", "<object><pose>Left</pose></object>");
  EXPECT_THAT(Error(Devkit()), HasSubstr("b.xml: object 1: has no 'name'"));
  Write("VOC/Annotations/a.xml", "<annotation><object>");
  EXPECT_THAT(Error(Devkit()), HasSubstr("a.xml: is not XML"));
  Write("VOC/Annotations/a.xml", "<html/>");
  EXPECT_THAT(Error(Devkit()), HasSubstr("a.xml: has no 'annotation'"));
  Write("VOC/Annotations/a.xml", "");
  EXPECT_THAT(Error(Devkit()), HasSubstr("a.xml: is empty"));
}

TEST_F(VocLabelsTest, ASplitOrAListChoosesImages) {
  WriteList("cat_train", "a 1\nb -1\nc 1\n");
  WriteList("val", "b\n");
  Write("VOC/ImageSets/Segmentation/train.txt", "a\nnone\n");
  ImageLabelSource source = Devkit();
  source.split = "train";
  ImageLabels read = ReadImageLabels(source);
  ASSERT_EQ(read.images.size(), 1u);
  EXPECT_EQ(read.images[0].name, "a");
  EXPECT_THAT(read.warnings, IsEmpty());
  EXPECT_THAT(read.problems, ElementsAre(HasSubstr("names 'none', for which there are no labels")));

  source.split = "val";  // Only there.
  EXPECT_EQ(ReadImageLabels(source).images.at(0).name, "b");
  source.split = "test";
  EXPECT_THAT(Error(source), HasSubstr("test.txt: there is no such list; --split can be train"));

  source.split = "";
  source.list = Write("list.txt", "/JPEGImages/a.png /SegmentationClass/a.png\nc\n");
  read = ReadImageLabels(source);
  EXPECT_EQ(read.images.size(), 1u);
  EXPECT_THAT(read.problems, ElementsAre(HasSubstr("1 of its 2 images are not in")));
  source.list = Write("list.txt", "none\n");
  EXPECT_THAT(Error(source), HasSubstr("list.txt: names no image that has labels in"));
}

TEST_F(VocLabelsTest, ASplitNeedsADevkit) {
  const auto table = Write("labels.tsv", "a\tcat\nb\tdog\n");
  Write("VOC/ImageSets/Segmentation/train.txt", "b\n");
  const auto read =
      ReadImageLabels({.labels = table, .images = folder_ / "VOC/JPEGImages", .split = "train"});
  EXPECT_EQ(read.images.at(0).name, "b");
  EXPECT_THAT(Error({.labels = table, .split = "train"}),
              HasSubstr("--split needs a VOC devkit, a folder that holds JPEGImages/"));
}

// ---- IRN's cls_labels.npy

// Made by make_files.py there.
const std::filesystem::path kSaved = std::filesystem::path(GRADCUT_TEST_DATA) / "image_labels";

std::string BytesOf(const std::filesystem::path& path) {
  const std::vector<std::uint8_t> bytes = ReadFile(path);
  return {bytes.begin(), bytes.end()};
}

class LabelVectorsTest : public ImageLabelsTest {
 protected:
  std::string ErrorOfText(const std::string& text) const {
    return Error({.labels = Write("labels.npy", text)});
  }
  // Of a .npy file of an object with this pickle.
  std::string ErrorOfPickle(const std::string& pickle) const {
    const std::string whole = BytesOf(kSaved / "irn.npy");
    return ErrorOfText(whole.substr(0, whole.find('\n') + 1) + pickle);
  }
};

TEST_F(LabelVectorsTest, DictsOfNumPyNameImagesByTextOrNumber) {
  for (const char* const name : {"irn", "affinity_net", "numbers", "ordered", "protocol2"})
    EXPECT_THAT(
        Read(kSaved / (std::string(name) + ".npy")),
        ElementsAre(Pair("2007_000032", ElementsAre("aeroplane", "person")),
                    Pair("2007_000039", ElementsAre("tvmonitor")), Pair("2008_000001", IsEmpty())))
        << name;
}

TEST_F(LabelVectorsTest, TheBytesTellThem) {
  EXPECT_EQ(Read(Write("labels.tsv", BytesOf(kSaved / "irn.npy"))), Read(kSaved / "irn.npy"));
}

TEST_F(LabelVectorsTest, KnownClassesAreMeantInTheirOrder) {
  Classes letters;
  for (char letter = 'a'; letter < 'a' + 20; ++letter) letters.emplace_back(1, letter);
  EXPECT_THAT(Read(kSaved / "irn.npy", letters)[0], Pair("2007_000032", ElementsAre("a", "o")));
  EXPECT_THAT(Error({.labels = kSaved / "irn.npy"}, {"cat", "dog"}),
              HasSubstr("irn.npy: '2007_000032': has 20 numbers, expected one for each of the 2"));
}

TEST_F(LabelVectorsTest, FunctionsInAPickleAreNotCalled) {
  const std::string command = "touch " + (folder_ / "trace").string();
  const std::string call = "cposix\nsystem\nU"s + static_cast<char>(command.size()) + command;
  EXPECT_THAT(ErrorOfPickle("\x80\2" + call + "\x85R."),
              HasSubstr("labels.npy: not a usable dict of labels"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "trace"));
}

TEST_F(LabelVectorsTest, OtherFilesAreRefusedWithTheCause) {
  // The array around an object, which is added to the list.
  const auto object = [](const std::string& value) {
    return "\x80\4cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n)C\1b\x87R(K\1)N\x89]"s +
           value + "atb.";
  };
  EXPECT_THAT(ErrorOfPickle(object("K\7")), HasSubstr("no dict of images"));
  EXPECT_THAT(ErrorOfPickle(object("}")), HasSubstr("no image in it"));
  EXPECT_THAT(ErrorOfPickle(object("}K\7]s")),
              HasSubstr("has the key 7, expected an image's name"));
  EXPECT_THAT(ErrorOfPickle(object("}N]s")), HasSubstr("has a key that is no image"));
  EXPECT_THAT(ErrorOfPickle(object("}U\1a]s")), HasSubstr("not a usable dict of labels"));
  EXPECT_THAT(ErrorOfPickle(object("}q\0U\1ah\0s"s)), HasSubstr("not a usable dict of labels"));
  EXPECT_THAT(ErrorOfPickle(""), HasSubstr("truncated"));
  EXPECT_THAT(ErrorOfText(""), HasSubstr("labels.npy"));
  EXPECT_THAT(ErrorOfText("no array"), HasSubstr("labels.npy"));
  const std::string whole = BytesOf(kSaved / "irn.npy");
  for (std::size_t size = 0; size < whole.size(); size += 7)
    EXPECT_THAT(ErrorOfText(whole.substr(0, size)), HasSubstr("labels.npy: ")) << size;
  std::string half = whole;
  const std::size_t one = half.find("\x80?"s);  // The first 1.
  ASSERT_NE(one, std::string::npos);
  half[one + 1] = '\x3e';
  EXPECT_THAT(ErrorOfText(half), HasSubstr("has 0.25 for 'aeroplane', expected 0 or 1"));
  NpyArray numbers = {.shape = {2}, .dtype = Dtype::kUint8, .bytes = {1, 0}};
  const std::vector<std::uint8_t> bytes = EncodeNpy(numbers);
  EXPECT_THAT(ErrorOfText({bytes.begin(), bytes.end()}), HasSubstr("is an array of numbers"));
}

}  // namespace
}  // namespace gradcut
