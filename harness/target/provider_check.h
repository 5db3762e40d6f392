// Whether a provider makes, shows and forgets what its hello says: asked once, before a run. A hook that
// shows images it does not hold would turn every finding into a lie.
#pragma once

#include "base/error.h"
#include "target/world_provider.h"
#include "wire/sign.h"

namespace diconform::target {

// Puts a world with everything the hello lists, looks at it, replaces it, drops it; with isolated accounts,
// looks whether another one stays as it is; with a virtual clock, whether it stands still and moves as told.
// The first thing that differs is an Error that calls the provider unusable.
//
// Where there is one world for everybody it is that of the configured credentials; otherwise the accounts are
// new ones with names made up at random, so that two runs do not meet. Nothing is asked of
// a provider that makes no worlds.
Result<void> check_provider(WorldProvider& provider, const Capabilities& capabilities,
                            const wire::Credentials& configured);

}  // namespace diconform::target
