// The parameters that were asked for, held against those that were sent.
#pragma once

#include "client/requests.h"
#include "wire/encode.h"

namespace diconform::client {

// `sent` as a decoder read it: leaves are texts where the encoding is not JSON.
void judge_parameters(const Json& sent, const CallPlan& plan, const Form& form, const Hearing& hearing);

}  // namespace diconform::client
