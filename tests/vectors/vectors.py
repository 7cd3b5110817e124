# SPDX-License-Identifier: MIT
"""Test vectors: vectors.py LANECRYPT PLUGINS KNOWN_KEYS CASE. PLUGINS holds plug-ins with one fault each, KNOWN_KEYS
is bench/known_keys.c, whose examples of the standards are written here as Wycheproof writes them."""

import copy
import glob
import hashlib
import hmac
import json
import os
import re
import sys
import unittest

from command import Folder, PLUGINS, lanecrypt, run_case

KNOWN_KEYS = sys.argv[3]
TOTAL = re.compile(r"(?m)^(\d+) passed, (\d+) failed, (\d+) skipped  \(and (\d+) acceptable")

GCM = {"tcId": 1, "comment": "", "flags": [], "key": "00" * 16, "iv": "00" * 12, "aad": "", "msg": "", "ct": "",
       "tag": "58e2fccefa7e3061367f1d57a4e7455a", "result": "valid"}  # the GCM specification's first test case


def wycheproof(algorithm, *groups):
    number = 0
    for group in groups:
        for test in group["tests"]:
            number += 1
            test["tcId"] = number
    return {"algorithm": algorithm, "numberOfTests": number, "testGroups": list(groups)}


def group(kind, *tests, **members):
    return {"type": kind, **members, "tests": [{"comment": "", "result": "valid", **t} for t in tests]}


def nist(pattern):
    """Files of Debian's python3-cryptography-vectors, wherever its Python looks for them."""
    found = sorted(glob.glob(os.path.join("/usr/lib/python3/dist-packages/cryptography_vectors/ciphers/AES", pattern)))
    if not found:
        raise unittest.SkipTest("python3-cryptography-vectors is not installed")
    return found


class Vectors(Folder):
    def verify(self, *arguments, code=0, env=None):
        """(passed, failed, skipped, acceptable), and a row for each file and implementation. code None: 0 or 1."""
        file = self.path("out.json")
        done = lanecrypt("verify", *arguments, "--json", file, env=env, timeout=280)
        self.assertIn((done.returncode, done.stderr), [(c, "") for c in ([0, 1] if code is None else [code])],
                      done.stdout[-3000:])
        with open(file, encoding="utf-8") as f:
            result = json.load(f)
        totals = tuple(result[k] for k in ["passed", "failed", "skipped", "acceptable"])
        self.assertEqual(tuple(map(int, TOTAL.search(done.stdout).groups())), totals)
        for row in result["vectors"]:
            self.assertEqual(sum(row["reasons"].values()), row["skipped"], row)
        self.printed = done.stdout
        return totals, result["vectors"]

    def sample(self, content, name="vectors.json"):
        return self.file(name, json.dumps(content).encode())


class MalformedCavp(Vectors):
    GOOD = """# CAVS 14.0
# GCM Encrypt with keysize 128 test information

[Keylen = 128]
[IVlen = 96]
[PTlen = 0]
[AADlen = 0]
[Taglen = 128]

Count = 0
Key = 00000000000000000000000000000000
IV = 000000000000000000000000
PT =
AAD =
CT =
Tag = 58e2fccefa7e3061367f1d57a4e7455a
"""

    def refused_text(self, text, line):
        content = text if isinstance(text, bytes) else text.encode()
        file = self.file("bad.rsp", content)
        self.refused("verify", "--cavp", file, names=f"{file}:{line}: " if line else file)

    def test_the_good_one(self):
        for text in [self.GOOD, self.GOOD.replace("\n", "\r\n"), self.GOOD.rstrip("\n")]:
            totals, rows = self.verify("--engine", "native", "--cavp", self.file("good.rsp", text.encode()))
            self.assertEqual(totals, (len(rows), 0, 0, 0))

    def test_cut_off_anywhere(self):
        for end in range(self.GOOD.index("Count") + 5, len(self.GOOD) - 2, 7):
            self.refused_text(self.GOOD[:end], None)

    def test_lines(self):
        for old, new, line in [("Key = 00", "Key = 0", 11), ("Key = 00", "Key = 0g", 11), ("Key = 00", "Key = é0", 11),
                               ("IV = ", "IV = 00", 16), ("Keylen = 128", "Keylen = 192", 16),
                               ("Keylen = 128", "Keylen = 99999999999999999999", 4), ("Keylen = 128", "Keylen = -1", 4),
                               ("Keylen = 128", "Keylen = ", 4), ("[Keylen = 128]", "[Keylen = 128", 4),
                               ("[Keylen = 128]", "[SIDEWAYS]", 4), ("[Keylen = 128]", "[Salt = 1]", 4),
                               ("AAD =\n", "", 15), ("PT =\n", "PT = 00\n", 16), ("PT =\n", "PT =\nPT =\n", 14),
                               ("Tag = ", "Tug = ", 16), ("Tag = ", "Tag ", 16), ("CT =", "CT IV =", 15),
                               ("GCM Encrypt", "RC4 Encrypt", 4), ("Count = 0", "Count 0", 10)]:
            with self.subTest(new=new):
                self.assertIn(old, self.GOOD)
                self.refused_text(self.GOOD.replace(old, new, 1), line if "é" not in new else 11)

    def test_bytes(self):
        good = self.GOOD.encode()
        self.refused_text(b"", None)
        self.refused_text(bytes(4096), 1)
        self.refused_text(good + b"\0\n", 17)
        self.refused_text(good.replace(b"PT =", b"PT = \033[2J"), 13)
        self.refused_text(b"# GCM Encrypt\n" + b"\n" * 1000, 1001)
        self.refused_text(good.replace(b"AAD =", b"AAD = " + b"00" * (1 << 17) + b"00"), 14)
        self.refused_text(good.replace(b"[Keylen = 128]", b"Key = " + b"00" * 1025), 4)

    def test_too_many_tests(self):
        block = "Count = 0\nKey =\nPlaintext =\nCiphertext =\n\n"
        self.refused_text("# AESVS test data for ECB\n" + block * 100001, 500006)

    def test_other_modes(self):
        for text, line in [("# XTSGen\nCount = 1\nKey = " + "00" * 32 + "\ni = " + "00" * 16 +
                            "\nPT = 00\nCT = 00\n\n", 7),  # no DataUnitLen
                           ("# XTSGen\nCount = 1\nDataUnitLen = 16\nKey = " + "00" * 32 + "\ni = " + "00" * 16 +
                            "\nPT = 00\nCT = 00\n\n", 8),
                           ('# "CCM-VTT"\nCount = 0\nKey = 00\nNonce = 00\nAdata = 00\nPayload = 00\nCT = 00\n\n', 8),
                           ('# "CCM-DVPT"\n[Alen = 0, Plen = 0, Nlen = 1, Tlen = 4]\nCount = 0\nKey = 00\n'
                            "Nonce = 00\nAdata = 00\nCT = 0000\nResult = Pass\nPayload = 00\n\n", 10),
                           ('# "CCM-DVPT"\n[Alen = 0, Plen = 0, Nlen = 1, Tlen = 1]\nCount = 0\nKey = 00\n'
                            "Nonce = 00\nAdata = 00\nCT = 00\nResult = Perhaps\nPayload = 00\n\n", 8),
                           ("# AESVS test data for CBC\nCount = 0\nKey = 00\nPlaintext = 00\nCiphertext = 0000\n\n", 6)]:
            with self.subTest(text=text):
                self.refused_text(text, line)


class MalformedWycheproof(Vectors):
    GOOD = wycheproof("AES-GCM", group("AeadTest", GCM, ivSize=96, keySize=128, tagSize=128))

    def refused_json(self, content, names):
        text = content if isinstance(content, bytes) else json.dumps(content).encode()
        file = self.file("bad.json", text)
        self.refused("verify", "--wycheproof", file, names=[file, names])

    def test_the_good_one(self):
        totals, rows = self.verify("--engine", "native", "--wycheproof", self.sample(self.GOOD))
        self.assertEqual(totals, (len(rows), 0, 0, 0))

    def test_text(self):
        text = json.dumps(self.GOOD).encode()
        for end in range(0, len(text) - 1, 17):
            self.refused_json(text[:end], "")
        for bad in [b"not json", bytes(4096), b"[" * 200000, b"17", b"[]", b'"x"', text.replace(b"58e2", b"58\xff2"),
                    text.replace(b"58e2", b"58\\u00002"), text + b"{}",
                    text.replace(b'"tag"', b'"tag": "00", "tag"')]:
            self.refused_json(bad, "")

    def test_values(self):
        for value in [None, 17, 1e400, True, [], {}, "0", "0g", "0x00", " 00", "00" * ((1 << 17) + 1), "é"]:
            for name in ["key", "iv", "aad", "msg", "ct", "tag"]:
                bad = copy.deepcopy(self.GOOD)
                bad["testGroups"][0]["tests"][0][name] = value
                self.refused_json(bad, "" if value == 1e400 else f"tcId 1: '{name}'")
        for value in [None, "1", 1.5, -1, 2**40, 2**70]:
            bad = copy.deepcopy(self.GOOD)
            bad["testGroups"][0]["tests"][0]["tcId"] = value
            self.refused_json(bad, "" if value == 2**70 else "group 0: 'tcId'")

    def test_missing(self):
        for name in ["algorithm", "numberOfTests", "testGroups"]:
            self.refused_json({k: v for k, v in self.GOOD.items() if k != name}, name)
        for name in ["type", "tests"]:
            bad = copy.deepcopy(self.GOOD)
            del bad["testGroups"][0][name]
            self.refused_json(bad, name)
        for name in GCM.keys() - {"comment", "flags"}:
            bad = copy.deepcopy(self.GOOD)
            del bad["testGroups"][0]["tests"][0][name]
            self.refused_json(bad, name)
        for spoil in [{"numberOfTests": 2}, {"numberOfTests": -1}, {"testGroups": {}}, {"testGroups": [1]},
                      {"testGroups": [{"type": "AeadTest", "tests": [1]}]}, {"algorithm": "x" * 100}]:
            self.refused_json({**self.GOOD, **spoil}, "")
        bad = copy.deepcopy(self.GOOD)
        bad["testGroups"][0]["tests"][0]["result"] = "probable"
        self.refused_json(bad, "result")

    def test_long_keys(self):
        test = {"tcId": 1, "result": "valid", "msg": "", "sig": ""}
        self.refused_json(wycheproof("RSA", group("RsassaPkcs1Verify", test, keySize=2048, sha="SHA-256",
                                                  publicKeyDer="00" * ((1 << 14) + 1))), "tcId 1: 'publicKeyDer'")

    def test_too_many_tests(self):
        many = {"algorithm": "X", "numberOfTests": 100001, "testGroups": [
            {"type": "X", "tests": [{"tcId": 1, "result": "valid"}] * 100001}]}
        self.refused_json(many, "more than 100000 tests")

    def test_files(self):
        self.refused("verify", "--wycheproof", "/nowhere/at/all.json", names="/nowhere/at/all.json")
        self.refused("verify", "--wycheproof", self.folder, names=self.folder)
        self.refused("verify", "--wycheproof", names="--wycheproof")
        self.refused("bench", "--wycheproof", "x", names="--wycheproof")
        good = self.sample(self.GOOD)
        self.refused("verify", "--wycheproof", good, "--cavp", good, names=good)
        self.refused("verify", "stray", "--wycheproof", good, names="stray")


class Reports(Vectors):
    """What is counted where."""

    def one(self, *tests, code=0, arguments=(), algorithm="AES-GCM", kind="AeadTest"):
        file = self.sample(wycheproof(algorithm, group(kind, *tests)))
        totals, rows = self.verify("--engine", "openssl", *arguments, "--wycheproof", file, code=code)
        self.assertEqual(len(rows), 1)
        return totals, rows[0]

    def test_verdicts(self):
        wrong_tag = {**GCM, "tag": "00" * 16}
        self.assertEqual(self.one(GCM, {**wrong_tag, "result": "invalid"})[0], (2, 0, 0, 0))
        self.assertEqual(self.one({**GCM, "result": "acceptable"}, {**wrong_tag, "result": "acceptable"})[0],
                         (0, 0, 0, 2))
        for test in [wrong_tag, {**GCM, "result": "invalid"}, {**GCM, "result": "acceptable", "msg": "00"}]:
            self.assertEqual(self.one(test, code=1)[0], (0, 1, 0, 0))

    def test_counterexample(self):
        test = {**GCM, "msg": "0" * 32, "ct": "0388dace60b6a392f328c2b971b2fe78", "comment": "planted \033[31m",
                "tag": "ab6e47d42cec13bdf53a67b21257bddf"}
        self.one(test)
        totals, row = self.one(test, {**test, "ct": "0388dace60b6a392f328c2b971b2fe79"}, code=1)
        self.assertEqual(totals, (1, 1, 0, 0))
        example = row["counterexample"]
        self.assertEqual((example["place"], example["result"], example["algorithm"]), ("tcId 2", "valid", "AES-128-GCM"))
        self.assertEqual(example["got_ciphertext"], "0388dace60b6a392f328c2b971b2fe78")
        for part in ["key: " + GCM["key"], "nonce: " + GCM["iv"], "aad: (empty)", "message: " + "0" * 32, "tcId 2",
                     "planted", "ciphertext: 0388dace60b6a392f328c2b971b2fe79", "tag: " + test["tag"],
                     "got ciphertext: 0388dace60b6a392f328c2b971b2fe78"]:
            self.assertIn(part, self.printed)
        self.assertNotIn("\033", self.printed)

    def test_skipped_by_name(self):
        totals, row = self.one({**GCM, "tag": "00" * 3, "result": "invalid"})
        self.assertEqual((totals, row["reasons"]), ((0, 0, 1, 0), {"a tag of 3 bytes": 1}))
        totals, row = self.one(GCM, arguments=["--algorithm", "AES-256-GCM"])
        self.assertEqual((totals, row["reasons"]), ((0, 0, 1, 0), {"AES-128-GCM: not chosen": 1}))
        totals, row = self.one(GCM, algorithm="AES-EAX")
        self.assertEqual(totals, (0, 0, 1, 0))
        self.assertIn("AES-128-EAX", str(row["reasons"]))
        totals, row = self.one({"anything": 1}, algorithm="AES-WRAP", kind="KeywrapTest")
        self.assertEqual((totals, row["reasons"]), ((0, 0, 1, 0), {"AES-WRAP: no interface for KeywrapTest": 1}))
        totals, row = self.one(GCM, {**GCM, "key": "00" * 24, "tag": "cd33b28ac773f74ba00ed1f312572435"})
        self.assertEqual(totals, (2, 0, 0, 0))

    def test_monte_carlo_and_part_of_a_byte(self):
        block = "Count = 0\nKey = " + "00" * 16 + "\nIV = " + "00" * 16 + "\nPlaintext = " + "00" * 16
        text = "# AESVS MCT test data for CBC\n\n[ENCRYPT]\n\n" + block + "\nCiphertext = " + "00" * 16 + "\n"
        totals, rows = self.verify("--engine", "openssl", "--cavp", self.file("mct.rsp", text.encode()))
        self.assertEqual((totals, rows[0]["reasons"]), ((0, 0, 1, 0), {"a Monte Carlo test": 1}))
        text = ("# XTSGen\n[ENCRYPT]\nCount = 1\nDataUnitLen = 130\nKey = " + "00" * 32 + "\ni = " + "00" * 16 +
                "\nPT = " + "00" * 17 + "\nCT = " + "00" * 17 + "\n")
        totals, rows = self.verify("--engine", "openssl", "--cavp", self.file("xts.rsp", text.encode()))
        self.assertEqual((totals, rows[0]["reasons"]), ((0, 0, 1, 0), {"a data unit of part of a byte": 1}))


def known_keys():
    """algorithm -> members of its example in known_keys.c."""
    with open(KNOWN_KEYS, encoding="utf-8") as f:
        text = f.read()
    examples = {}
    for entry in re.split(r"\n\t\{\n", text[text.index("known_pks[] ="):])[1:]:
        members = {name: "".join(re.findall(r'"([^"]*)"', value))
                   for name, value in re.findall(r'\.(\w+) = ((?:"[^"]*"\s*)+)', entry)}
        examples[members["algorithm"]] = members
    return examples


def flipped(text, byte=-1):
    data = bytearray.fromhex(text)
    data[byte] ^= 1
    return data.hex()


class Kinds(Vectors):
    """Each type of group: what is right passes, what was changed is refused, and what lies is found out."""

    def judged(self, algorithm, kind, valid, invalid, **members):
        with self.subTest(kind=kind, algorithm=algorithm):
            file = self.sample(wycheproof(algorithm, group(kind, valid, {**invalid, "result": "invalid"}, **members)))
            (passed, failed, skipped, _), rows = self.verify("--wycheproof", file)
            self.assertEqual((failed, skipped), (0, 0), rows)
            self.assertGreaterEqual(passed, 2)
            file = self.sample(wycheproof(algorithm, group(kind, invalid, {**valid, "result": "invalid"}, **members)))
            (passed, failed, skipped, _), rows = self.verify("--wycheproof", file, code=1)
            self.assertEqual((passed, skipped), (0, 0), rows)
            self.assertGreaterEqual(failed, 2)

    def test_signatures(self):
        known = known_keys()
        for algorithm, kind, members in [
                ("RSA-2048", "RsassaPkcs1Verify", {"keySize": 2048, "sha": "SHA-256"}),
                ("RSA-3072", "RsassaPkcs1Verify", {"keySize": 3072, "sha": "SHA-256"}),
                ("RSA-4096", "RsassaPkcs1Verify", {"keySize": 4096, "sha": "SHA-256"}),
                ("ECDSA-P256", "EcdsaVerify", {"publicKey": {"curve": "secp256r1"}, "sha": "SHA-256"}),
                ("ECDSA-P384", "EcdsaVerify", {"key": {"curve": "secp384r1"}, "sha": "SHA-384"}),
                ("Ed25519", "EddsaVerify", {"publicKey": {"curve": "edwards25519"}})]:
            k = known[algorithm]
            name = "keyDer" if "key" in members else "publicKeyDer"
            valid = {"msg": k["message"], "sig": k["signature"]}
            self.judged(algorithm, kind, valid, {**valid, "sig": flipped(valid["sig"])}, **members,
                        **{name: k["public_key"]})

    def test_deterministic_signatures(self):
        k = known_keys()["RSA-2048-OAEP"]  # any private key will do: what it signs is asked of it
        file = self.sample(wycheproof("RSASSA", group("RsassaPkcs1Generate", {"msg": "00", "sig": "00" * 256},
                                                      keySize=2048, sha="SHA-256", privateKeyPkcs8=k["private_key"])))
        totals, rows = self.verify("--wycheproof", file, code=1)
        made = {row["counterexample"]["got_tag"] for row in rows}
        self.assertEqual(len(made), 1)
        test = {"msg": "00", "sig": made.pop()}
        self.judged("RSASSA", "RsassaPkcs1Generate", test, {**test, "sig": flipped(test["sig"])}, keySize=2048,
                    sha="SHA-256", privateKeyPkcs8=k["private_key"])

    def test_decryption(self):
        k = known_keys()["RSA-2048-OAEP"]
        valid = {"msg": k["message"], "ct": k["ciphertext"], "label": ""}
        for size in ["keySize", "keysize"]:  # the latter in older files
            self.judged("RSAES-OAEP", "RsaesOaepDecrypt", valid, {**valid, "ct": flipped(valid["ct"])}, **{size: 2048},
                        sha="SHA-256", mgf="MGF1", mgfSha="SHA-256", privateKeyPkcs8=k["private_key"])

    def test_agreement(self):
        known = known_keys()
        for algorithm, curve, kinds, start, length, spki in [
                ("X25519", "curve25519", ["XdhComp", "XdhAsnComp"], "0420", 64, "302a300506032b656e032100"),
                ("ECDH-P256", "secp256r1", ["EcdhEcpointTest", "EcdhTest"], "02010104" "20", 64,
                 "3059301306072a8648ce3d020106082a8648ce3d030107034200"),
                ("ECDH-P384", "secp384r1", ["EcdhEcpointTest", "EcdhTest"], "02010104" "30", 96,
                 "3076301006072a8648ce3d020106052b81040022036200")]:
            k = known[algorithm]
            at = k["private_key"].index(start) + len(start)
            private = k["private_key"][at:at + length]
            for kind in kinds:
                der = kind in ["XdhAsnComp", "EcdhTest"]
                valid = {"public": (spki if der else "") + k["peer"], "shared": k["secret"],
                         "private": k["private_key"] if kind == "XdhAsnComp" else "00" * (algorithm != "X25519") +
                         private}
                # X25519 takes every point: there only a lie about the secret is one.
                invalid = {**valid, "public": flipped(valid["public"])}
                if algorithm != "X25519":
                    self.judged(algorithm, kind, valid, invalid, curve=curve)
                    continue
                file = self.sample(wycheproof(algorithm, group(kind, valid, {**invalid, "result": "acceptable"}, {
                    **valid, "shared": flipped(valid["shared"])}, curve=curve)))
                (passed, failed, skipped, acceptable), rows = self.verify("--wycheproof", file, code=1)
                self.assertEqual((passed, failed, skipped, acceptable), (len(rows), 2 * len(rows), 0, 0))

    def test_symmetric(self):
        key = bytes(range(32)).hex()
        tag = hmac.new(bytes(range(32)), b"abc", hashlib.sha256).hexdigest()
        mac = {"key": key, "msg": b"abc".hex(), "tag": tag[:32]}
        self.judged("HMACSHA256", "MacTest", mac, {**mac, "tag": flipped(mac["tag"])}, keySize=256, tagSize=128)
        cmac = {"key": "2b7e151628aed2a6abf7158809cf4f3c", "msg": "", "tag": "bb1d6929e95937287fa37d129b756746"}
        self.judged("AES-CMAC", "MacTest", cmac, {**cmac, "tag": flipped(cmac["tag"])}, keySize=128, tagSize=128)
        gmac = {"key": GCM["key"], "iv": GCM["iv"], "msg": "", "tag": GCM["tag"]}
        self.judged("AES-GMAC", "MacWithIvTest", gmac, {**gmac, "tag": flipped(gmac["tag"])}, keySize=128)

    def test_derivation(self):
        made = hashlib.pbkdf2_hmac("sha256", b"password", b"saltsaltsalt", 3, 40)
        pbkdf = {"password": b"password".hex(), "salt": b"saltsaltsalt".hex(), "iterationCount": 3, "dkLen": 40,
                 "dk": made.hex()}
        extracted = hmac.new(b"saltsalt", b"secret", hashlib.sha256).digest()
        okm = hmac.new(extracted, b"info\x01", hashlib.sha256).hexdigest()
        hkdf = {"ikm": b"secret".hex(), "salt": b"saltsalt".hex(), "info": b"info".hex(), "size": 32, "okm": okm}
        for algorithm, kind, test, name in [("PBKDF2-HMACSHA256", "PbkdfTest", pbkdf, "dk"),
                                            ("HKDF-SHA-256", "HkdfTest", hkdf, "okm")]:
            file = self.sample(wycheproof(algorithm, group(kind, test, {**test, name: flipped(test[name])})))
            (passed, failed, skipped, _), rows = self.verify("--wycheproof", file, code=1)
            self.assertEqual((passed, failed, skipped), (len(rows), len(rows), 0), rows)

    def test_what_the_interface_fixes(self):
        known = known_keys()
        k = known["RSA-2048"]
        oaep = known["RSA-2048-OAEP"]
        signature = {"msg": k["message"], "sig": k["signature"]}
        for kind, test, members, reason in [
                ("RsassaPkcs1Verify", signature, {"publicKeyDer": k["public_key"], "sha": "SHA-512"}, "SHA-512"),
                ("RsassaPkcs1Verify", signature, {"publicKeyDer": k["public_key"], "sha": "SHA-256",
                                                  "publicKey": {"publicExponent": "03"}}, "public exponent"),
                ("RsassaPssVerify", signature, {"publicKeyDer": k["public_key"], "sha": "SHA-256", "sLen": 20,
                                                "mgfSha": "SHA-256"}, "salt"),
                ("RsassaPssVerify", signature, {"publicKeyDer": k["public_key"], "sha": "SHA-256", "sLen": 32,
                                                "mgfSha": "SHA-1"}, "MGF1-SHA-1"),
                ("RsaesOaepDecrypt", {"msg": "", "ct": oaep["ciphertext"], "label": "00"},
                 {"privateKeyPkcs8": oaep["private_key"], "sha": "SHA-256", "mgfSha": "SHA-256"}, "label")]:
            with self.subTest(kind=kind, reason=reason):
                file = self.sample(wycheproof("RSA", group(kind, test, keySize=2048, **members)))
                totals, rows = self.verify("--wycheproof", file)
                self.assertEqual((totals[0], totals[1]), (0, 0))
                self.assertIn(reason, str(rows[0]["reasons"]))


class Faults(Vectors):
    """Plug-ins that are right but for one fault: vectors or comparisons find each out."""

    TESTS = [GCM, {**GCM, "tag": flipped(GCM["tag"]), "result": "invalid", "comment": "last byte"},
             {**GCM, "tag": "00" * 16, "result": "invalid"},
             {**GCM, "msg": "11" * 16, "ct": "1299cbdf71a7b283e239d3a860a3ef69", "tag": "00" * 15 + "01",
              "result": "invalid"}]

    def run_plugin(self, name, code):
        plugin = os.path.join(PLUGINS, name + ".so")
        return self.verify("--engine", plugin, "--wycheproof",
                           self.sample(wycheproof("AES-GCM", group("AeadTest", *self.TESTS))), code=code)

    def test_without_fault(self):
        self.assertEqual(self.run_plugin("none", 0)[0], (len(self.TESTS), 0, 0, 0))

    def test_by_vectors(self):
        for name, text in [("short_compare", "accepts what is not authentic"),
                           ("zero_tag", "accepts what is not authentic"),
                           ("leaves_plaintext", "leaves plaintext")]:
            with self.subTest(fault=name):
                (passed, failed, _, _), rows = self.run_plugin(name, 1)
                self.assertGreaterEqual(failed, 1)
                self.assertEqual(passed + failed, len(self.TESTS))
                self.assertIn(text, rows[0]["counterexample"]["failure"])
                self.assertIn("key: " + GCM["key"], self.printed)

    def test_crash(self):
        """The file is run without what crashed, and that is a failure."""
        eight = {**GCM, "iv": "00" * 8, "result": "acceptable"}
        file = self.sample(wycheproof("AES-GCM", group("AeadTest", GCM, {**eight, "result": "valid"})))
        done = lanecrypt("verify", "--engine", os.path.join(PLUGINS, "crash.so"), "--wycheproof", file)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("crash.so", done.stderr)
        self.assertRegex(done.stdout, TOTAL)

    def test_by_nist(self):
        files = nist("GCM/gcmDecrypt128.rsp")
        for name, code in [("none", 0), ("short_compare", 0), ("leaves_plaintext", 0)]:  # as NIST forges, that's right
            (passed, failed, _, _), _ = self.verify("--engine", os.path.join(PLUGINS, name + ".so"), "--cavp", *files,
                                                    code=code)
            self.assertEqual((passed > 300, failed), (True, 0), name)

    def test_by_comparison(self):
        for name in ["none", "nonce_of_8", "short_compare", "leaves_plaintext", "overlap"]:
            with self.subTest(fault=name):
                done = lanecrypt("verify", "--engine", os.path.join(PLUGINS, name + ".so"), "--seed", "1")
                self.assertEqual(done.returncode, int(name != "none"), done.stdout)


class Nist(Vectors):
    """A sample, in every build."""

    def test_sample(self):
        for pattern in ["GCM/gcmDecrypt128.rsp", "CCM/VTT256.rsp", "XTS/tweak-128hexstr/XTSGenAES128.rsp", "CTR/*.txt",
                        "ECB/ECBMMT*.rsp", "CBC/CBCMMT*.rsp"]:
            (passed, failed, _, _), _ = self.verify("--cavp", *nist(pattern))
            self.assertEqual(failed, 0)
            self.assertGreater(passed, 0, pattern)


def wycheproof_files():
    folder = os.environ.get("LANE_WYCHEPROOF_DIR", "")
    files = sorted(glob.glob(os.path.join(folder, "*.json"))) if folder else []
    if not files:
        raise unittest.SkipTest("LANE_WYCHEPROOF_DIR is not set, or has no files")
    return files


# What is wrong in a library, not here: (engine, algorithm) -> how many tests of one file at most, and why.
EXPECTED = {
    ("botan", "Ed25519"): (8, "Botan 2.19 takes an S that is not below the group's order (RFC 8032 5.1.7)"),
    **{("botan", f"RSA-{bits}-{use}"): (2, f"Botan 2.19 takes a {what} with zeroes before it (RFC 8017 {section})")
       for bits in [2048, 3072, 4096]
       for use, what, section in [("PSS", "signature", "8.1.2"), ("OAEP", "ciphertext", "7.1.2")]},
}


class Wycheproof(Vectors):
    def test_all(self):
        files = wycheproof_files()
        totals, rows = self.verify("--wycheproof", *files, code=None)
        self.assertGreater(totals[0], 100)
        for row in rows:
            if row["failed"]:
                found = (row["engine"], row["counterexample"]["algorithm"])
                most, why = EXPECTED.get(found, (0, "unknown"))
                print(f"{os.path.basename(row['file'])}, {found}: {row['failed']} failed, {why}")
                self.assertLessEqual(row["failed"], most, row)
        print(f"{len(files)} files: {totals[0]} passed, {totals[1]} failed, {totals[2]} skipped, {totals[3]} acceptable")


# Cases that NIST's files have in all, and what of them no interface takes.
COUNTS = {"GCM": (["GCM/*.rsp"], 47250, 0), "XTS": (["XTS/*/*.rsp"], 4000, 1200), "CCM": (["CCM/*.rsp"], 2880, 0),
          "CTR": (["CTR/*.txt"], 9, 0), "ECB": (["ECB/*.rsp"], 2138, 0), "CBC": (["CBC/*.rsp"], 2138, 0)}


class EveryNist(Vectors):
    def test_all(self):
        files = {mode: [f for p in patterns for f in nist(p)] for mode, (patterns, _, _) in COUNTS.items()}
        for mode, (_, cases, partial) in COUNTS.items():
            with self.subTest(mode=mode):
                (passed, failed, skipped, _), rows = self.verify("--cavp", *files[mode])
                self.assertEqual(failed, 0)
                sums = {}
                for row in rows:
                    one = sums.setdefault((row.get("engine"), row.get("kernel")), [0, 0])
                    one[0] += row["passed"]
                    one[1] += row["passed"] + row["skipped"]
                print(f"{mode}: {passed} passed, {skipped} skipped, over {len(sums)} implementations")
                cases -= sums.pop((None, None), [0, 0])[1]  # key sizes that no engine offers
                whole = [name for name, (_, seen) in sums.items() if seen == cases]
                self.assertTrue(whole, sums)
                for engine, kernel in whole:
                    if engine in ["native", "openssl"]:
                        self.assertEqual(sums[engine, kernel][0], cases - partial, (engine, kernel))


class EveryForced(Vectors):
    """What `auto` does when a kernel is forced on it, one after the other."""

    def test_all(self):
        listed = json.loads(lanecrypt("list", "--json", "-").stdout)
        items = next(e for e in listed["engines"] if e["name"] == "native")["items"]
        kernels = sorted({i["kernel"] for i in items if i["available"]} - {"auto"})
        self.assertGreaterEqual(len(kernels), 3)
        files = {mode: [f for p in patterns for f in nist(p)] for mode, (patterns, _, _) in COUNTS.items()}
        for kernel in kernels:
            family = kernel.split(":")[0]
            cavp = {"aes-gcm": ["GCM"], "aes-ccm": ["CCM"], "aes-ctr": ["CTR", "ECB"], "aes-xts": ["XTS"],
                    "aes-cbc": ["CBC"]}.get(family, [])
            if not cavp:
                continue
            with self.subTest(kernel=kernel):
                totals, _ = self.verify("--engine", "native", "--kernel", "auto", "--cavp",
                                        *[f for mode in cavp for f in files[mode]], env={"LANE_KERNEL": kernel})
                cases, partial = (sum(COUNTS[mode][i] for mode in cavp) for i in (1, 2))
                self.assertEqual(totals, (cases - partial, 0, partial, 0))


if __name__ == "__main__":
    run_case()
