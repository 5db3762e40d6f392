#include "probe/id_words.h"

namespace diconform::probe {

std::vector<std::u32string> careful_list() {
  using namespace std::string_literals;
  return {
      U"img-1a2b3c4d",
      U"img-34vaef8fe",
      U"img-00000000",
      U"img-zzzzzzzz",
      U"img-aaaaaaaa",
      U"img-99999999",
      U"img-9z8y7x6w",
      U"img-oil1l0io",
      // Lengths.
      U"",
      U"img-",
      U"img-1a2b3c4",
      U"img-1a2b3c4d5e",
      U"img-1a2b3c4d1a2b3c4d",
      U"1a2b3c4d",
      U"img1a2b3c4d",
      U"-1a2b3c4d",
      // Neighbours of the ranges, letter case, other signs.
      U"img-1a2b/c4d",
      U"img-1a2b:c4d",
      U"img-1a2b`c4d",
      U"img-1a2b{c4d",
      U"img-1a2bAc4d",
      U"img-1A2B3C4D",
      U"img-1a2bZc4d",
      U"IMG-1a2b3c4d",
      U"Img-1a2b3c4d",
      U"img_1a2b3c4d",
      U"img-1a2b_c4d",
      U"img-1a2b-c4d",
      U"img-1a2b.c4d",
      U"img--1a2b3c4d",
      U"img-img-1a2b3c4d",
      // What cannot be seen.
      U" img-1a2b3c4d",
      U"img-1a2b3c4d ",
      U"img-1a2b3c4d\n",
      U"\nimg-1a2b3c4d",
      U"img-1a2b3c4d\r\n",
      U"img-1a2b3c4d\t",
      U"img-1a2b3c4d\0"s,
      U"img-1a2b\0c4d"s,
      U"img-1a2b3c4d\0x"s,
      U"img- 1a2b3c4",
      U"x img-1a2b3c4d",
      U"img-1a2b3c4d x",
      U"ximg-1a2b3c4d",
      // Look-alikes.
      U"img-1a2b\u0663c4d",
      U"img-1a2b\uFF13c4d",
      U"img-1a2b\uFF41c4d",
      U"img-1a2b\u00E9c4d",
      U"img-1a2b3c4e\u0301",
      U"img\u20101a2b3c4d",
      U"img-1a2b\u0430c4d",
      // Other resources, other vendors.
      U"ins-1a2b3c4d",
      U"snap-1a2b3c4d",
      U"disk-1a2b3c4d",
      U"ami-1a2b3c4d",
      U"image-1a2b3c4d",
      U"pimg-1a2b3c4d",
  };
}

}  // namespace diconform::probe
