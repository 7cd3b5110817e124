# SPDX-License-Identifier: MIT
# A root of a Debian release in a folder, kept there, and commands run in it. Sourced, after bench/packages.sh, with
# $rootfs (the root) and $log set; POSIX sh, needs to be root.

# Where such a root cannot be had, a test says so and is over.
skip() {
	[ ! -s "${log-}" ] || tail -n 5 "$log" >&2
	say "skipped: $*"
	exit 0
}

# Everything inside runs in namespaces of its own, so that no mount or process stays behind.
inside() {
	unshare --mount --pid --fork sh -c '
		mount -t proc proc "$1/proc" && mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts" &&
		mount --bind "$1/dev/pts/ptmx" "$1/dev/ptmx" &&
		exec chroot "$1" env -i HOME=/root LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
			http_proxy="${http_proxy-}" https_proxy="${https_proxy-}" sh -eu -c "$2"' inside "$rootfs" "$1"
}

# The mirror that this system's own packages come from.
mirror() {
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 'Component: main' | head -n 1
}

# need_root <suite> <Debian's version>
need_root() {
	[ "$(id -u)" -eq 0 ] || skip "a root of Debian $2 can only be made by root"
	command -v debootstrap >/dev/null || skip "no debootstrap"
	mkdir -p "$(dirname "$rootfs")"
	if [ ! -e "$rootfs/.complete" ]; then
		rm -rf "$rootfs"
		from=$(mirror)
		[ -n "$from" ] || skip "apt knows no mirror of Debian"
		say "Making a root of Debian $2 …"
		debootstrap --variant=minbase "$1" "$rootfs" "$from" >"$log" 2>&1 || skip "debootstrap failed"
		echo force-unsafe-io >"$rootfs/etc/dpkg/dpkg.cfg.d/unsafe-io" # it can be made again
		apt-config dump | grep -E '^Acquire::(http|https|Retries)' >"$rootfs/etc/apt/apt.conf.d/90outside" || :
		touch "$rootfs/.complete"
	fi
	inside true >"$log" 2>&1 || skip "chroot in namespaces of its own is not permitted"
}
