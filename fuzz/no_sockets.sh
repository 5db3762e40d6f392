#!/usr/bin/env bash
# Whether no fuzz target in the folder can open a connection: neither a symbol of the socket interface nor a library
# that has one is linked in.
set -euo pipefail
here=$(dirname "$0") bad=0 seen=0
for target in $(cut -d" " -f1 "$here/targets.txt"); do
  binary=$1/fuzz_$target
  # The sanitizers intercept what they may meet, and so define these names; undefined ones are calls of ours.
  calls=$(nm -D --undefined-only "$binary" | awk '{ sub(/@.*/, "", $2); print $2 }' |
    grep -xE 'socket|connect|bind|listen|accept|accept4|send|sendto|sendmsg|recv|recvfrom|recvmsg|getaddrinfo|gethostbyname' || true)
  libraries=$(readelf -d "$binary" | grep -E 'NEEDED.*(httplib|libssl)' || true)
  ours=$(nm -C "$binary" | grep -E ' [TtVW] .*(asio::(detail::socket|ip::)|httplib::)' | head -1 || true)
  if [ -n "$calls$libraries$ours" ]; then
    echo "$target: $calls $libraries $ours"
    bad=1
  fi
  seen=$((seen + 1))
done
[ "$seen" -gt 0 ] || { echo "no target was looked at"; exit 1; }
exit $bad
