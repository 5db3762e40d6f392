/* What our fuzz targets call: two functions that you implement over your own code.
 *
 * You wrote a mock, an emulator or a gateway that speaks DeleteImages. Implement the two functions below over
 * its request decoder and its image-ID validator, in C or C++, and in your CMakeLists.txt say
 *
 *   find_package(diconform REQUIRED)
 *   diconform_add_fuzz_targets(mine SOURCES adapter.c LIBRARIES my_gateway)
 *
 * You get mine_body_json, mine_form_query and mine_image_id: our oracles, mutators, seeds and dictionary,
 * over your code. With clang they are libFuzzer binaries; with another compiler, or under AFL++, plain ones
 * that replay files. fuzz/example has an adapter to begin from. What is checked is what the manual says;
 * where it is silent, every lawful answer passes ("True" for a Boolean, a member twice, gaps in ImageIds.N).
 *
 * Both functions are called from one thread, and must give the same answer to the same bytes. */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where the parameters stand. In all three the action is DeleteImages and the common parameters are in
 * headers, as with TC3-HMAC-SHA256; the bytes are the business parameters alone. */
enum diconform_encoding {
  DICONFORM_JSON,  /* the body of a POST, application/json */
  DICONFORM_QUERY, /* the query string of a GET, without '?', not yet percent-decoded */
  DICONFORM_FORM   /* the body of a POST, application/x-www-form-urlencoded, likewise */
};

/* What your decoder made of them. It comes zeroed but for add_image_id. */
struct diconform_call {
  /* The error code with which you refuse, such as "InvalidParameter"; a string that outlives the call. NULL:
   * you accept, and the members below say what you understood. Whether an ID is an image ID, and whether
   * there is such an image, is not the decoder's to say: accept, and hand the bytes over. */
  const char* refusal;
  int dry_run;
  int delete_bound_snapshots; /* wire name: DeleteBindedSnap */
  /* Call it once for each of ImageIds, in their order; the bytes are copied. */
  void (*add_image_id)(struct diconform_call* call, const char* bytes, size_t size);
};

void diconform_decode(enum diconform_encoding encoding, const char* bytes, size_t size,
                      struct diconform_call* call);

/* Whether the bytes are an image ID: 1 or 0. Any bytes may come, NUL and bad UTF-8 among them. */
int diconform_is_image_id(const char* bytes, size_t size);

#ifdef __cplusplus
}
#endif
