#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Real programs with our provider: programs.py LANECRYPT quick|full|measure
quick: openssl s_client and s_server, one side with the provider, one without, both ways, every suite.
full: also nginx and curl with every suite, a file of 1 GiB, keys that are updated, many small requests.
measure (bench/provider): nginx's CPU seconds per GiB and connections a second, with and without, in turns."""

import hashlib
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

LANECRYPT, MODE = sys.argv[1:3]
SUITES_13 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
             "TLS_AES_128_CCM_8_SHA256"]
SUITES_12 = ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305",
             "DHE-RSA-AES128-CCM", "DHE-RSA-AES256-CCM", "DHE-RSA-AES128-CCM8", "DHE-RSA-AES256-CCM8"]
NGINX_12 = [suite for suite in SUITES_12 if suite.startswith("ECDHE")]


def run(*command, env=None, **options):
    done = subprocess.run(command, capture_output=True, env=env, timeout=100, check=False, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done.stdout


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    sys.exit(f"nobody listens on {port}")


class Ground:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        config = self.folder / "lanecrypt.cnf"
        plain = {k: v for k, v in os.environ.items() if k != "OPENSSL_CONF"}
        run(LANECRYPT, "provider", "enable", "--config", config, env=plain)
        self.env = {True: {**plain, "OPENSSL_CONF": str(config)}, False: plain}
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.folder / "key.pem", "-out",
            self.folder / "cert.pem", "-days", "3", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            env=plain)

    def suite_options(self, suite):
        # CCM with 8 bytes of tag counts as 64 bits of security.
        if suite.startswith("TLS_"):
            return ["-tls1_3", "-ciphersuites", suite, "-cipher", "DEFAULT@SECLEVEL=0"]
        return ["-tls1_2", "-cipher", suite + ":@SECLEVEL=0"]

    # A page of the server's own, keys updated on the way, by s_client with one configuration from s_server with another.
    def exchange(self, suite, server_ours, client_ours):
        port = free_port()
        page = self.folder / "page"
        page.write_bytes(os.urandom(200000))
        server = subprocess.Popen(["openssl", "s_server", "-accept", str(port), "-cert", "cert.pem", "-key", "key.pem",
                                   "-WWW", "-quiet", *self.suite_options(suite)], cwd=self.folder, env=self.env[server_ours],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(port)
            # K updates both keys, in TLS 1.3; then the request.
            client = subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost",
                                       "-CAfile", "cert.pem", "-verify_return_error", "-ign_eof",
                                       *self.suite_options(suite)], cwd=self.folder, env=self.env[client_ours],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            request = b"GET /page HTTP/1.0\r\n\r\n"
            out, _ = client.communicate(request, timeout=60)
            if client.returncode != 0 or suite.encode() not in out or page.read_bytes() not in out:
                sys.exit(f"{suite}, server ours {server_ours}, client ours {client_ours}: {client.returncode}\n{out[:3000]}")
        finally:
            server.terminate()
            server.wait()

    # Keys that are updated in the midst, by a command to either program, and text behind that, both ways.
    def key_update(self, suite, server_ours, client_ours):
        port = free_port()
        options = {"cwd": self.folder, "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        server = subprocess.Popen(["openssl", "s_server", "-accept", str(port), "-cert", "cert.pem", "-key", "key.pem",
                                   *self.suite_options(suite)], env=self.env[server_ours], **options)
        time.sleep(0.3)
        client = subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-msg",
                                   *self.suite_options(suite)], env=self.env[client_ours], **options)
        time.sleep(0.5)
        for side, lines in [(client, b"first\n"), (client, b"K\n"), (client, b"second\n"), (server, b"third\n"),
                            (server, b"K\n"), (server, b"fourth\n"), (client, b"fifth\n"), (client, b"Q\n")]:
            try:
                side.stdin.write(lines)
                side.stdin.flush()
            except BrokenPipeError:
                break
            time.sleep(0.2)
        client_out, _ = client.communicate(timeout=20)
        server.terminate()
        server_out, _ = server.communicate(timeout=20)
        for out, words in [(server_out, [b"first", b"second", b"fifth"]), (client_out, [b"third", b"fourth"])]:
            for word in words:
                if word not in out:
                    sys.exit(f"key update, {suite}: no {word}\n{client_out[-3000:]}\n{server_out[-2000:]}")
        if client_out.count(b"KeyUpdate") < 4:
            sys.exit(f"key update, {suite}: fewer than four\n{client_out[-3000:]}")


class Nginx:
    """nginx with one worker; its CPU time is that of the worker."""

    def __init__(self, ground, ours, suite, folder):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        protocol = "TLSv1.3" if suite.startswith("TLS_") else "TLSv1.2"
        ciphers = (f"ssl_conf_command Ciphersuites {suite};" if protocol == "TLSv1.3" else f"ssl_ciphers {suite};")
        config = self.folder / f"nginx-{self.port}.conf"
        config.write_text(f"""
daemon off; master_process off; pid {self.folder}/nginx.pid; error_log {self.folder}/error.log;
{"env OPENSSL_CONF;" if ours else ""}
events {{ worker_connections 256; }}
http {{ access_log off; sendfile off; output_buffers 2 512k; keepalive_requests 100000;
  client_body_temp_path {self.folder}/a; proxy_temp_path {self.folder}/b; fastcgi_temp_path {self.folder}/c;
  uwsgi_temp_path {self.folder}/d; scgi_temp_path {self.folder}/e;
  server {{ listen 127.0.0.1:{self.port} ssl; ssl_certificate {ground.folder}/cert.pem;
    ssl_certificate_key {ground.folder}/key.pem; ssl_protocols {protocol}; {ciphers} root {self.folder}/www; }} }}
""")
        self.process = subprocess.Popen(["nginx", "-c", config, "-p", self.folder], env=ground.env[ours],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        wait_for(self.port)

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(20)


def curl(ground, ours, port, suite, path, *options):
    choice = ["--tlsv1.3", "--tls13-ciphers", suite] if suite.startswith("TLS_") else \
        ["--tlsv1.2", "--tls-max", "1.2", "--ciphers", suite]
    return ["curl", "-sS", "--fail", "--cacert", str(ground.folder / "cert.pem"), "--resolve",
            f"localhost:{port}:127.0.0.1", *choice, *options, f"https://localhost:{port}/{path}"]


def nginx_and_curl(ground):
    www = ground.folder / "www"
    www.mkdir()
    size = 1 << 30
    block = os.urandom(1 << 20)
    sums = {"big": hashlib.sha256(), "part": hashlib.sha256()}
    with open(www / "big", "wb") as f:  # 1 GiB, sparse but for 64 MiB spread over it
        for i in range(0, size, 16 << 20):
            f.seek(i)
            f.write(block)
        f.truncate(size)
    (www / "part").write_bytes(block * 20 + block[:12345])
    (www / "small").write_bytes(block[:700])
    expected = {name: subprocess.run(["sha256sum", www / name], capture_output=True, check=True).stdout.split()[0]
                for name in ["big", "part"]}
    seconds = {}
    for suite in SUITES_13[:4] + NGINX_12:
        for server_ours, client_ours in [(True, False), (False, True), (True, True)]:
            server = Nginx(ground, server_ours, suite, ground.folder)
            try:
                big = suite in ("TLS_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384") and server_ours != client_ours
                name = "big" if big else "part"
                before = server.cpu_seconds()
                pipe = subprocess.Popen(curl(ground, client_ours, server.port, suite, name), env=ground.env[client_ours],
                                        stdout=subprocess.PIPE)
                got = subprocess.run(["sha256sum"], stdin=pipe.stdout, capture_output=True, check=True).stdout.split()[0]
                if pipe.wait() != 0 or got != expected[name]:
                    sys.exit(f"nginx, {suite}, {name}: curl {pipe.returncode}, checksum {got}")
                if big:
                    seconds[suite, server_ours] = server.cpu_seconds() - before
                if server_ours and client_ours:  # many small requests, on one connection
                    out = run(*curl(ground, True, server.port, suite, "small?[1-500]"), env=ground.env[True])
                    if out != block[:700] * 500:
                        sys.exit(f"nginx, {suite}: small requests differ")
            finally:
                server.stop()
    for (suite, ours), spent in sorted(seconds.items()):
        print(f"nginx, 1 GiB, {suite}, {'with' if ours else 'without'} lanecrypt: {spent:.2f} s of CPU")


def measure(ground):
    www = ground.folder / "www"
    www.mkdir()
    with open(www / "big", "wb") as f:
        f.truncate(1 << 30)
    (www / "small").write_bytes(b"x" * 700)
    for suite in ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "ECDHE-RSA-AES256-GCM-SHA384"]:
        spent, rate = {True: [], False: []}, {True: [], False: []}
        for turn in range(6):
            ours = turn % 2 == 1
            server = Nginx(ground, ours, suite, ground.folder)
            try:
                before = server.cpu_seconds()
                run(*curl(ground, True, server.port, suite, "big", "-o", "/dev/null"), env=ground.env[True])
                spent[ours].append(server.cpu_seconds() - before)
                version = "-tls1_3" if suite.startswith("TLS_") else "-tls1_2"
                shown = run("openssl", "s_time", "-connect", f"127.0.0.1:{server.port}", "-new", "-time", "2", version,
                            cwd=ground.folder, env=ground.env[False]).decode()
                rate[ours].append(float(re.search(r"([0-9.]+) connections/user sec", shown)[1]))
            finally:
                server.stop()
        a, b = min(spent[False]), min(spent[True])
        print(f"nginx, {suite}: {a:.2f} s of CPU per GiB, with lanecrypt {b:.2f} ({100 * (1 - b / a):.0f} % less); handshakes "
              f"a second of the client's CPU {max(rate[False]):.0f}, with lanecrypt {max(rate[True]):.0f}", flush=True)


def main():
    if shutil.which("openssl") is None:
        print("skipped: no openssl command")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground(folder)
        if MODE == "measure":
            measure(ground)
            return
        for i, suite in enumerate(SUITES_13 + SUITES_12):
            for server_ours in [True, False] if MODE == "full" else [i % 2 == 0]:
                ground.exchange(suite, server_ours, not server_ours)
        for server_ours in [True, False]:
            ground.key_update(SUITES_13[server_ours], server_ours, not server_ours)
        print("openssl s_client and s_server: every suite")
        if MODE != "full":
            return
        missing = [program for program in ["nginx", "curl"] if shutil.which(program) is None]
        if missing:
            print(f"skipped: nginx with curl: no {' and no '.join(missing)}")
            sys.exit(77)
        nginx_and_curl(ground)
        print("nginx and curl: every suite, checksums equal")


main()
