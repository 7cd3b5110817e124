# SPDX-License-Identifier: MIT
# What bench/run and tests/run share: packages, configuring, building. Sourced by them; POSIX sh.

# Debian's names. What runs only on some CPUs, or is missing from a distribution, is left out with a word.
BUILD_PACKAGES="build-essential cmake pkg-config libbenchmark-dev libjansson-dev
  libsodium-dev libssl-dev android-libboringssl-dev libipsec-mb-dev libbearssl-dev libmbedtls-dev libwolfssl-dev
  libgcrypt20-dev nettle-dev libgmp-dev libbotan-2-dev"
TEST_PACKAGES="libcmocka-dev openssl python3 python3-jsonschema python3-cryptography-vectors valgrind"
FULL_TEST_PACKAGES="git clang lld llvm libclang-rt-dev libomp-dev libbenchmark-tools python3-numpy python3-scipy
  debootstrap afl++ ansible-core openssh-client openssh-server iproute2 nginx-light curl groff-base mandoc zsh fish
  abigail-tools lintian file chromium"

# What builds and runs arm64's code, and foretells its speed.
ARM64_TOOLS="gcc-aarch64-linux-gnu g++-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static llvm-22"
# What arm64's build is linked with, unpacked into a folder of its own by tests/fetch-arm64.
ARM64_PACKAGES="libcmocka0 libcmocka-dev libjansson4 libjansson-dev libbenchmark1debian libbenchmark-dev
  libsodium23 libsodium-dev libssl3 libssl-dev android-libboringssl android-libboringssl-dev"

say() {
	printf '%s\n' "$*" >&2
}

is_installed() {
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing_packages() {
	for package in "$@"; do
		is_installed "$package" || printf '%s ' "$package"
	done
}

# The command that installs as the user who runs this; empty when there is none that asks nothing.
privilege() {
	if [ "$(id -u)" -eq 0 ]; then
		echo env
	elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
		echo sudo env
	fi
}

# Those of the packages that apt has a version of.
available_packages() {
	for package in "$@"; do
		if apt-cache show "$package" >/dev/null 2>&1; then
			printf '%s ' "$package"
		else
			say "not to be had here, left out: $package"
		fi
	done
}

# need_packages <package…>: installs what is missing, or says how and ends with status 2.
need_packages() {
	if ! command -v apt-get >/dev/null; then
		say "No apt-get here: README.md says what to install."
		return 0
	fi
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	as_root=$(privilege)
	if [ -z "$as_root" ]; then
		say "Some packages are missing. Install them as root, then run this again:"
		say "apt-get install --no-install-recommends $missing"
		exit 2
	fi
	apt="$as_root DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0"
	log=$(mktemp)
	if [ -z "$(find /var/lib/apt/lists -name '*_Packages*' 2>/dev/null | head -n 1)" ]; then
		say "apt-get update"
		quietly "$log" $apt update
	fi
	missing=$(available_packages $missing)
	if [ -n "$missing" ]; then
		say "Installing: $missing"
		# Lists that have grown old name files that are gone.
		$apt install -y --no-install-recommends $missing >"$log" 2>&1 || {
			quietly "$log" $apt update
			quietly "$log" $apt install -y --no-install-recommends $missing
		}
	fi
	rm -f "$log"
}

# quietly <log> <command…>: its output goes to the log; shown, and the script ended, when it fails.
quietly() {
	to=$1
	shift
	if ! "$@" >"$to" 2>&1; then
		tail -n 40 "$to" >&2
		say "Failed: $* (the whole of it: $to)"
		exit 1
	fi
}

# Fresh roots have no /proc, which the CPU's description and some sanitizers come from.
need_proc() {
	[ -e /proc/self/status ] && return 0
	if [ "$(id -u)" -eq 0 ] && mount -t proc proc /proc 2>/dev/null; then
		say "Mounted /proc."
	else
		say "There is no /proc here: the result will not name the CPU. Mount it: mount -t proc proc /proc"
	fi
}

n_cores() {
	nproc 2>/dev/null || echo 1
}

# build_preset <root> <preset> <build folder> <target> [configure option…]
build_preset() {
	root=$1 preset=$2 folder=$3 target=$4
	shift 4
	mkdir -p "$folder"
	say "Building ($preset) …"
	quietly "$folder/configure.log" cmake -S "$root" --preset "$preset" -B "$folder" "$@"
	quietly "$folder/build.log" cmake --build "$folder" --target "$target" --parallel "$(n_cores)"
}
