#!/usr/bin/env python3
"""Checks an Assay project folder, or an unpacked .eln archive, without Assay.

    python3 verify.py [FOLDER] [--json] [--key KEY]...

FOLDER is the project or the unpacked archive; without it, the folder above this file. Nothing is written. It needs Python
3.8 or later and nothing else. --key names a signer that you trust: the eight words or the 32 characters of its fingerprint,
or its public key. Exit status: 0 verified, 3 something was found, 2 the folder is neither a project nor an archive.

What is checked, in the order of this file:
  1. Ed25519 signatures (RFC 8032) and signature files in minisign's format.
  2. Segments: lines of JSON. Each has in "p" the SHA-256 of the line before it. The last line is the seal: count, last hash,
     SHA-256 of all bytes before it, and a signature over "assay-seg-v1", a line feed and the 32 bytes of that hash.
     Packs: whole segments, one after the other, in a gzip file.
  3. Sessions: the segments of one session must be one chain without a gap, and agree with what other devices ("seen"
     records) and checkpoints (seal/) say they have seen. File names are hints; order and copies do not matter.
  4. Objects: each file below obj/ is named by its SHA-256. Every object that the log names must be there.
  5. Archives: ro-crate-metadata.json lists every other file with its SHA-256, and is signed.
Without a key that you got another way (on paper, by telephone), signatures prove that the parts belong together, not who
made them. Times are what the clocks of the devices claimed. The program in Assay does the same; tests hold the two together.
"""
import base64, hashlib, json, os, re, sys, threading, time, zlib

# ---------------------------------------------------------------- 1. keys and signatures

P = 2**255 - 19                                            # RFC 8032, section 5.1: the field, the order, the curve
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def decode_point(data):
    """Section 5.1.3: a point as (X, Y, Z, T), or None."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def add(p, q):
    """Section 5.1.4: the sum of two points."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


BASE = decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
CHECKED = {}                                               # signatures that were checked already


def is_signed(key, message, signature):
    """Section 5.1.7: whether a 64-byte signature over the message was made with a 32-byte key."""
    known = (key, message, signature)
    if known not in CHECKED:
        CHECKED[known] = check_signature(key, message, signature)
    return CHECKED[known]


def check_signature(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    point, s = decode_point(key), int.from_bytes(signature[32:], "little")
    if point is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x, y, z, _ = add(multiply(s, BASE), multiply(k, (P - point[0], point[1], 1, P - point[3])))
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


def from_base64(text):
    """The bytes of base64 in its one exact form, else None."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode("ascii") == text else None


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def base32(data):
    bits, text = int.from_bytes(data, "big"), ""
    for i in range(len(data) * 8 // 5):
        text = "0123456789abcdefghjkmnpqrstvwxyz"[bits >> 5 * i & 31] + text
    return text


def device_of(key):
    """A device is named by the start of SHA-256 of its key (32 bytes)."""
    return base32(hashlib.sha256(key).digest()[:10])


def words_of(key):
    """The fingerprint as eight words of the list beside this file (BIP-39's English list); None without the list."""
    try:
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "words.txt"), "rb") as file:
            content = file.read()
    except OSError:
        return None
    if sha256(content) != "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda":
        return None
    words, bits = content.decode("ascii").split(), int.from_bytes(hashlib.sha256(key).digest()[:11], "big")
    return " ".join(words[bits >> 11 * (7 - i) & 2047] for i in range(8))


def fingerprint_of(key):
    return words_of(key) or base32(hashlib.sha256(key).digest()[:20])


def is_key(text, key):
    """Whether what somebody typed stands for this key."""
    plain = re.sub("[^0-9a-z]", "", text.lower())
    forms = {base32(hashlib.sha256(key).digest()[:20]), re.sub(" ", "", words_of(key) or "-")}
    return plain in forms or from_base64(text.strip()) in (key, b"Ed" + key_id(key) + key)


def key_id(key):
    return hashlib.sha256(b"assay-minisign-key-id" + key).digest()[:8]


def check_minisign(text, key, content):
    """What is wrong with a signature file over the content, as (kind, words), or None."""
    lines = text.split("\n")
    parts = [from_base64(lines[1]), from_base64(lines[3])] if len(lines) == 5 else [None, None]
    if (len(lines) != 5 or lines[4] or not lines[0].startswith("untrusted comment: ") or not lines[2].startswith("trusted comment: ")
            or parts[0] is None or parts[1] is None or len(parts[0]) != 74 or len(parts[1]) != 64 or parts[0][:2] != b"ED"):
        return "signature", "its signature file is not one"
    signature, comment = parts[0][10:], lines[2][len("trusted comment: "):].encode("utf-8", "replace")
    if not is_signed(key, hashlib.blake2b(content).digest(), signature) or not is_signed(key, signature + comment, parts[1]):
        return "signature", "its signature is not valid"
    if lines[0] != "untrusted comment: signature by Assay" or parts[0][2:10] != key_id(key):
        return "altered", "the unsigned part of its signature file was changed"
    return None


# ---------------------------------------------------------------- 2. segments and packs

HASH, SESSION = re.compile("[0-9a-f]{64}"), re.compile("[0-9a-hjkmnp-tv-z]{26}")
SEGMENT_LIMIT, LINE_LIMIT, PACK_LIMIT = 1 << 20, 512 * 1024, 16 << 20
FILE_LIMIT = PACK_LIMIT + (1 << 16)


def parse(line):
    """The JSON value of a line; None when it is not JSON in UTF-8."""
    try:
        return json.loads(line.decode("utf-8"), parse_constant=lambda name: 1 / 0)
    except (ValueError, ZeroDivisionError, RecursionError):
        return None


def is_text(value, longest=None, shortest=0):
    return isinstance(value, str) and len(value) >= shortest and (longest is None or len(value) <= longest)


def whole(value):
    """A whole number as an int ("1.0" is one), else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or abs(value) > 2**53 - 1 or value != int(value):
        return None
    return int(value)


def matches(pattern, value):
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def read_record(line):
    """The record of a line with its hash, or None."""
    value = parse(line) if len(line) < LINE_LIMIT else None
    if not isinstance(value, dict):
        return None
    v, n, c = whole(value.get("v")), whole(value.get("n")), value.get("c")
    good = (v is not None and v >= 1 and n is not None and n >= 0 and matches(SESSION, value.get("s")) and matches(HASH, value.get("p"))
            and matches(re.compile("[0-9a-f]{12}-[0-9a-f]{4}"), value.get("t")) and is_text(value.get("a"), 200)
            and is_text(value.get("k"), 120, 1) and "b" in value and isinstance(c, list) and all(matches(HASH, each) for each in c))
    if not good:
        return None
    return {"v": v, "s": value["s"], "n": n, "p": value["p"], "t": value["t"], "a": value["a"], "k": value["k"], "c": c, "b": value.get("b"), "hash": sha256(line)}


def read_seal(line):
    """The body of a line that is a seal, else None."""
    value = parse(line) if b'"k":"seal"' in line and len(line) < LINE_LIMIT else None
    if not isinstance(value, dict) or value.get("k") != "seal" or whole(value.get("v")) != 1 or not isinstance(value.get("s"), str):
        return None
    body = value.get("b")
    if not isinstance(body, dict) or not all(isinstance(body.get(name), str) for name in ("head", "sha256", "key", "signature")):
        return None
    numbers = [body.get("first"), body.get("count")]
    return body if all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in numbers) else None


def read_segment(data):
    """(segment, None, None), or (None, kind, what is wrong); the kind "waiting" means that it has no seal."""
    if len(data) > SEGMENT_LIMIT:
        return None, "altered", "it is larger than %d bytes" % SEGMENT_LIMIT
    records, start = [], 0
    while True:
        end = data.find(b"\n", start)
        if end < 0:
            return None, "waiting", "it is not complete (no seal)"
        line = data[start:end]
        seal = read_seal(line)
        if seal is not None:
            return check_seal(seal, records, data, start, end)
        record, number = read_record(line), len(records) + 1
        if record is None:
            return None, "altered", "line %d is not a record" % number
        if (record["n"] == 0) != (record["k"] == "session"):
            return None, "chain", "line %d is not the start of a session" % number
        if not records:
            if record["n"] == 0 and record["p"] != "0" * 64:
                return None, "chain", "line %d starts a session but has a parent" % number
        elif record["s"] != records[-1]["s"] or record["n"] != records[-1]["n"] + 1 or record["p"] != records[-1]["hash"]:
            return None, "chain", "line %d does not follow from the line before it" % number
        records.append(record)
        start = end + 1


def check_seal(seal, records, data, start, end):
    if end + 1 != len(data):
        return None, "altered", "there are bytes after its seal"
    if not records:
        return None, "altered", "it has a seal and no record"
    first, last, digest = records[0], records[-1], sha256(data[:start])
    key, signature = from_base64(seal["key"]), from_base64(seal["signature"])
    # A seal has one exact form, so nothing in it can be changed unseen.
    exact = '{"v":1,"s":"%s","k":"seal","b":{"first":%d,"count":%d,"head":"%s","sha256":"%s","key":"%s","signature":"%s"}}\n' % (
        first["s"], first["n"], len(records), last["hash"], digest, seal["key"], seal["signature"])
    if key is None or signature is None or exact.encode("utf-8", "replace") != data[start:]:
        return None, "altered", "its seal does not belong to its content"
    if not is_signed(key, b"assay-seg-v1\n" + bytes.fromhex(digest), signature):
        return None, "signature", "its signature is not valid"
    header = None
    if first["n"] == 0:
        header = first["b"] if isinstance(first["b"], dict) else {}
        texts = all(isinstance(header.get(name), str) for name in ("project", "device", "key", "nonce", "app", "os", "clock"))
        before = "previous" in header and (header["previous"] is None or matches(HASH, header["previous"]))
        if not texts or not before or header["key"] != seal["key"] or header["device"] != device_of(key):
            return None, "signature", "its session belongs to another key"
    return {"session": first["s"], "device": device_of(key), "key": key, "header": header, "first": first["n"], "parent": first["p"],
            "head": last["hash"], "records": records}, None, None


def split_pack(data):
    """(segments, None, None) of a gzip file, or (None, kind, what is wrong)."""
    content, rest = b"", data
    try:
        while True:
            unpack = zlib.decompressobj(31)
            content += unpack.decompress(rest, PACK_LIMIT + 1 - len(content))
            if len(content) > PACK_LIMIT:
                return None, "altered", "it unpacks to more than %d bytes" % PACK_LIMIT
            if not unpack.eof:
                return None, "waiting", "it is not complete (the pack ends too early)"
            rest = unpack.unused_data
            if not rest or rest[0] == 0:
                break
    except zlib.error:
        return None, "altered", "it cannot be unpacked"
    segments, at = [], 0
    for match in re.finditer(rb'^\{"v":1,"s":"[0-9a-hjkmnp-tv-z]{26}","k":"seal",[^\n]+\n', content, re.MULTILINE):
        segments.append(content[at:match.end()])
        at = match.end()
    if at < len(content):
        segments.append(content[at:])
    return (segments, None, None) if segments else (None, "altered", "there is nothing in the pack")


# ---------------------------------------------------------------- 3. the log as a whole

def finding(kind, file, what, record=None, device=None, person=None):
    place = {"record": record, "device": device, "person": person}
    return dict({"kind": kind, "file": file, "what": what}, **{name: value for name, value in place.items() if value is not None})


def heads_of(body):
    """What a "seen" record, a checkpoint or a revocation says: session -> (number of its last record, its hash)."""
    heads = body.get("heads") if isinstance(body, dict) else None
    found = {}
    for session, head in heads.items() if isinstance(heads, dict) else []:
        if matches(SESSION, session) and isinstance(head, list) and len(head) == 2 and whole(head[0]) is not None and head[0] >= 0 and matches(HASH, head[1]):
            found[session] = (whole(head[0]), head[1])
    return found


def name_of(device, person):
    return "device %s%s" % (device, " (%s)" % person if person else "")


class Chain:
    """One session of one device, from pieces that may overlap, repeat, be missing or contradict each other."""

    def __init__(self, pieces):
        self.main, self.branches, self.gaps, self.forks, self.breaks = {}, {}, [], [], []  # main: number -> (hash, file)
        self.end = self.events = 0
        for piece in sorted(pieces, key=lambda each: (each["first"], each["head"])):
            self.join(piece["first"], piece["hashes"], piece)

    def has(self, number, hash):
        return self.main.get(number, (None,))[0] == hash or hash in self.branches.get(number, ())

    def branch(self, piece, start):
        for number in range(start, piece["end"]):
            known = self.branches.setdefault(number, set())
            hash = piece["hashes"][number - piece["first"]]
            self.events += hash not in known and number not in piece["bookkeeping"]
            known.add(hash)

    def join(self, first, hashes, piece):
        file, stop = piece["file"], min(piece["end"], self.end)
        differs = next((n for n in range(first, stop) if self.main[n][0] != hashes[n - first]), None)
        continues = piece["parent"] in self.branches.get(first - 1, ())
        if differs is not None:
            if not self.has(differs, hashes[differs - first]) and not (differs == first and continues):
                self.forks.append((file, differs))
            return self.branch(piece, differs)
        if piece["end"] <= self.end:
            return None
        if first > self.end:
            self.gaps.append((file, self.end, first))
        elif first == self.end and first > 0 and self.main[first - 1][0] != piece["parent"]:
            if continues:
                return self.branch(piece, first)
            self.breaks.append((file, first))
        for number in range(max(first, self.end), piece["end"]):
            self.main[number] = (hashes[number - first], file)
            self.events += number not in piece["bookkeeping"]
        self.end = piece["end"]
        return None


class Log:
    """Collects segments, and says what is wrong with them as a whole."""

    def __init__(self, project, folder, may_grow):
        self.project, self.folder, self.may_grow = project, folder, may_grow
        self.sessions, self.bad, self.good_hints, self.knowledge, self.end_times = {}, [], set(), [], {}

    def read(self, file, data):
        """Takes a file of the log: a segment, or a pack of them."""
        if data[:2] == b"\x1f\x8b":
            segments, kind, problem = split_pack(data)
            if segments is None:
                self.set_aside(file, b"", kind if kind != "waiting" else "missing" if self.may_grow else "altered", problem)
            for segment in segments or []:
                self.take(file, segment, False)
        elif ".seg" not in file and data[:5] != b'{"v":':
            self.bad.append({"finding": finding("extra", file, "It is not part of the log."), "device": "", "hint": None, "start": None})
        else:
            self.take(file, data, self.may_grow)

    def set_aside(self, file, data, kind, problem):
        end = data.find(b"\n")
        record = read_record(data[:end]) if end >= 0 else None
        lines = data.split(b"\n")[:-1]                     # whole lines; the seal is no record
        count = len(lines) - (1 if lines and b'"k":"seal"' in lines[-1] else 0)
        how = "is not complete" if kind == "missing" else "cannot be read" if kind == "unreadable" else "was changed"
        self.bad.append({"finding": finding(kind, file, "A file of the log %s: %s." % (how, problem)), "device": (["", ""] + file.split("/"))[-2],
                         "hint": hint_of(file), "start": record and (record["s"], record["n"], record["n"] + count)})

    def take(self, file, data, may_grow):
        segment, kind, problem = read_segment(data)
        if segment is None:
            return self.set_aside(file, data, kind if kind != "waiting" else "missing" if may_grow else "altered", problem)
        records, device, first, head = segment["records"], segment["device"], segment["first"], segment["head"]
        self.good_hints.add(hint_of(file))
        session = self.sessions.setdefault((device, segment["session"]), {
            "session": segment["session"], "device": device, "key": segment["key"], "pieces": [], "known": set(), "objects": {}, "claims": [],
            "revocations": [], "clock": [], "header": None})
        if (first, head) in session["known"]:              # the head stands for all records before it, so this is a copy
            return None
        session["known"].add((first, head))
        if segment["header"] is not None and session["header"] is None:
            session["header"] = {"file": file, "project": segment["header"]["project"], "previous": segment["header"]["previous"], "t": records[0]["t"]}
        before = None
        for record in records:
            self.take_record(session, file, record, before)
            before = record
        self.end_times[head] = before["t"]
        session["pieces"].append({
            "file": file, "first": first, "end": first + len(records), "parent": segment["parent"], "head": head, "person": before["a"],
            "hashes": [record["hash"] for record in records], "bookkeeping": {record["n"] for record in records if record["k"] in ("session", "seen")}})
        return None

    def take_record(self, session, file, record, before):
        body, ahead = record["b"] if isinstance(record["b"], dict) else {}, (time.time() + 86400) * 1000
        ms = int(record["t"][:12], 16)
        if before and record["t"] < before["t"]:
            session["clock"].append(finding("clock", file, "The clock went backwards at record %d." % record["n"], record["n"], session["device"], record["a"]))
        elif ms > ahead and not (before and int(before["t"][:12], 16) > ahead):
            session["clock"].append(finding("clock", file, "Record %d is dated in the future." % record["n"], record["n"], session["device"], record["a"]))
        for hash in body.get("objs") if isinstance(body.get("objs"), list) else []:
            if matches(HASH, hash):
                session["objects"].setdefault(hash, record["a"])
        if record["v"] > 1:                                # a newer version's record: kept, and not understood here
            return
        if record["k"] == "seen":
            session["claims"].append((name_of(session["device"], record["a"]), heads_of(body)))
        for op in body.get("ops") if isinstance(body.get("ops"), list) else []:
            if isinstance(op, dict) and op.get("o") in ("set", "create") and str(op.get("e")).startswith("device-") and isinstance(op.get("f"), dict) and "revoked" in op["f"]:
                session["revocations"].append(dict(record, target=op["e"][7:], by=session["device"], value=op["f"]["revoked"]))

    def main_project(self, named):
        """The project that assay.json names where some session is of it, else the one that most sessions are of."""
        counts = {}
        for each in self.sessions.values():
            if each["header"]:
                counts[each["header"]["project"]] = counts.get(each["header"]["project"], 0) + 1
        return named if named in counts or not counts else min(counts, key=lambda project: (-counts[project], project))

    def finish(self):
        """(findings, number of events, keys of the signers, objects that are named -> (device, person))."""
        own = {key: each for key, each in self.sessions.items() if not each["header"] or self.project is None or each["header"]["project"] == self.project}
        for bad in self.bad:
            start, hint = bad["start"], bad["hint"]
            bad["healed"] = (hint is not None and hint in self.good_hints) if start is None else any(
                each["session"] == start[0] and any(piece["first"] == start[1] for piece in each["pieces"])
                and any(piece["end"] >= start[2] for piece in each["pieces"]) for each in own.values())
        found = [dict(bad["finding"], kind="extra", what=bad["finding"]["what"] + " A good copy of the same records is here, so nothing is lost.")
                 if bad["healed"] else bad["finding"] for bad in self.bad]
        found += [finding("extra", piece["file"], "It belongs to another project.", None, each["device"])
                  for key, each in self.sessions.items() if key not in own for piece in each["pieces"]]
        chains = {key: Chain(each["pieces"]) for key, each in own.items()}
        for key, each in own.items():
            found += self.check_session(own, each, chains[key])
        found += self.check_claims(own, chains) + self.check_previous(own) + check_revocations(own)
        objects = {}
        for each in own.values():
            found += each["clock"]
            for hash, person in each["objects"].items():
                objects.setdefault(hash, (each["device"], person))
        return found, sum(chain.events for chain in chains.values()), sorted({each["key"] for each in own.values()}), objects

    def is_spoken_of(self, session, first, last):
        """Whether a damaged file may have these records: that they are missing is then that file's finding, not one more."""
        for bad in self.bad:
            start, named = bad["start"], {(bad["hint"] or "")[:26], (bad["start"] or [""])[0]}
            if not bad["healed"] and session in named and (start is None or start[0] != session or first <= start[1] <= last):
                return True
        return False

    def check_session(self, own, session, chain):
        id, device, pieces = session["session"], session["device"], session["pieces"]
        person, whose = pieces[-1]["person"], name_of(device, pieces[-1]["person"])
        owner = next((each for each in own.values() if each["session"] == id and each["header"]), None)
        if not session["header"] and owner:
            return [finding("chain", piece["file"], "Its session belongs to device %s, and device %s signed it." % (owner["device"], device),
                            piece["first"], device, person) for piece in pieces]
        return [finding("missing", file, "Records %d to %d of a session of %s, which come before it, are not here." % (first, end - 1, whose), first, device, person)
                for file, first, end in chain.gaps if not self.is_spoken_of(id, first, end - 1)] + [
            finding("chain", file, "Record %d of %s does not follow from the record before it in its session." % (number, whose), number, device, person)
            for file, number in chain.breaks] + [
            finding("fork", file, "From record %d on, %s wrote this session twice, as a copied computer does; both are here and both count." % (number, whose),
                    number, device, person) for file, number in chain.forks]

    def check_claims(self, own, chains):
        """What others know of a session and what is here must agree, as far as both go."""
        claims, found = {}, []
        # Whose session ends with which record, as the next session of the same device says: also of sessions that are gone.
        owners = {each["header"]["previous"]: (each["device"], each["pieces"][-1]["person"]) for each in own.values() if each["header"] and each["header"]["previous"]}
        for witness, heads in self.knowledge + [claim for each in own.values() for claim in each["claims"]]:
            for session, (number, hash) in heads.items():
                claims.setdefault(session, {}).setdefault((number, hash), witness)
        for session, known in claims.items():
            here = [key for key in own if key[1] == session]
            key = next((each for each in here if own[each]["header"]), here[0] if here else None)
            chain = chains[key] if key else Chain([])
            device, person = (key[0], own[key]["pieces"][-1]["person"]) if key else next((owners[hash] for _, hash in known if hash in owners), (None, None))
            whose = "of " + name_of(device, person) if device else session
            for (number, hash), witness in known.items():
                if number in chain.main and not any(chains[each].has(number, hash) for each in here):
                    found.append(finding("chain", chain.main[number][1], "Record %d of a session %s is not the one that %s has seen." % (number, whose, witness), number, device, person))
            last, witness = max((number, witness) for (number, _), witness in known.items())
            if last >= chain.end and not self.is_spoken_of(session, chain.end, last):
                found.append(finding("missing", self.folder + (device + "/" if device else "") + session, "Records %d to %d of a session %s are not here, and %s has seen them." % (
                    chain.end, last, whose, witness), chain.end, device, person))
        return found

    def check_previous(self, own):
        """The session of the same device before each must be here; and a clock does not run backwards between them."""
        here, found = {hash for each in own.values() for piece in each["pieces"] for hash in piece["hashes"]}, []
        for each in own.values():
            header, device, person = each["header"], each["device"], each["pieces"][-1]["person"]
            if not header or header["previous"] is None:
                continue
            if header["previous"] not in here and not any(bad["device"] == device for bad in self.bad):
                found.append(finding("missing", header["file"], "The session of %s before this one is not here, or not whole." % name_of(device, person), 0, device, person))
            elif header["t"] < self.end_times.get(header["previous"], ""):
                found.append(finding("clock", header["file"], "The clock of %s went backwards before this session." % name_of(device, person), 0, device, person))
        return found


def hint_of(file):
    """`<session>-<number>` in the name of a file."""
    match = re.search("(?:^|/)([0-9a-hjkmnp-tv-z]{26}-[0-9]{6})[^/]*$", file)
    return match and match.group(1)


def check_revocations(own):
    """Records of a device that somebody had not seen when taking it out; a write that another replaced does not count."""
    writes, targets, found = [write for each in own.values() for write in each["revocations"]], {}, []
    for write in writes:
        replaced = any(other["target"] == write["target"] and other["hash"] != write["hash"] and (write["hash"] in other["c"] or (
            (other["by"], other["s"]) == (write["by"], write["s"]) and other["n"] > write["n"])) for other in writes)
        if not replaced and isinstance(write["value"], (dict, list)) and write["by"] != write["target"]:
            targets.setdefault(write["target"], []).append(write)
    for target, alive in targets.items():
        first = min(alive, key=lambda write: write["hash"])
        for each in own.values():
            limit = min(heads_of(write["value"]).get(each["session"], (-1,))[0] for write in alive)
            for piece in each["pieces"] if each["device"] == target else []:
                record = max(piece["first"], limit + 1)
                if piece["end"] - 1 > limit:
                    found.append(finding("revoked", piece["file"], "From record %d on, %s signed it after %s had taken this device out." % (
                        record, name_of(target, piece["person"]), name_of(first["by"], first["a"])), record, target, piece["person"]))
    return found


# ---------------------------------------------------------------- 4. a project folder

def list_files(root, folder, depth=3):
    """Files below a folder as (path with "/", size), by path; links are not followed, temporary and system files are skipped."""
    found = []
    try:
        entries = sorted(os.scandir(os.path.join(root, *folder.split("/"))), key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []
    for entry in entries:
        path = (folder + "/" if folder != "." else "") + entry.name
        if entry.name.startswith("~assay-") or entry.name in (".DS_Store", "Thumbs.db", "desktop.ini", ".directory"):
            continue
        if entry.is_dir(follow_symlinks=False) and depth > 1:
            found += list_files(root, path, depth - 1)
        elif entry.is_file(follow_symlinks=False):
            found.append((path, entry.stat(follow_symlinks=False).st_size))
    return found


def read(root, path):
    try:
        with open(os.path.join(root, *path.split("/")), "rb") as file:
            return file.read()
    except OSError:
        return None


def hash_file(root, path):
    """SHA-256 of a file of any size, or None when it cannot be read."""
    hash = hashlib.sha256()
    try:
        with open(os.path.join(root, *path.split("/")), "rb") as file:
            for chunk in iter(lambda: file.read(1 << 20), b""):
                hash.update(chunk)
    except OSError:
        return None
    return hash.hexdigest()


def read_log(log, root, files):
    for path, size in files:
        data = read(root, path) if size <= FILE_LIMIT else b""
        if data is None:
            log.set_aside(path, b"", "unreadable", "the system refuses")
        elif size > FILE_LIMIT:
            log.set_aside(path, b"", "altered", "it is larger than %d bytes" % FILE_LIMIT)
        else:
            log.read(path, data)


def check_seals(log, root, files):
    """Checkpoints: what one device knew of all sessions at one time, signed in minisign's format."""
    found, checkpoints, paths = [], [], {path for path, _ in files}
    for path, _ in files:
        if path.endswith(".json.minisig"):
            if path[:-8] not in paths:
                found.append(finding("missing", path[:-8], "The checkpoint of this signature is not here."))
        elif not path.endswith(".json"):
            if not path.endswith((".tsq", ".tsr")):
                found.append(finding("extra", path, "It is not a checkpoint."))
        elif path + ".minisig" not in paths:
            found.append(finding("missing", path + ".minisig", "The signature of this checkpoint is not here."))
        else:
            data, signature = read(root, path), read(root, path + ".minisig")
            if data is None or signature is None:
                found.append(finding("unreadable", path, "The checkpoint or its signature cannot be read."))
                continue
            value = parse(data)
            problem = check_checkpoint(value, data, signature)
            if problem:
                found.append(finding(problem[0], path, "A checkpoint was changed: %s." % problem[1]))
            elif log.project is not None and value["projectId"] != log.project:
                found.append(finding("extra", path, "It belongs to another project.", None, value["device"]))
            else:
                checkpoints.append((path, value, sha256(data)))
    hashes = {hash for _, _, hash in checkpoints}
    for path, value, _ in checkpoints:
        log.knowledge.append(("a checkpoint of device " + value["device"], heads_of(value)))
        if value["previous"] is not None and value["previous"] not in hashes:
            found.append(finding("missing", path, "The checkpoint of device %s before this one is not here." % value["device"], None, value["device"]))
    return found


def check_checkpoint(value, data, signature):
    number = lambda each: isinstance(each, (int, float)) and not isinstance(each, bool)
    if (not isinstance(value, dict) or whole(value.get("format")) != 1 or not all(isinstance(value.get(name), str) for name in ("projectId", "device", "key", "stateHash"))
            or not number(value.get("atMs")) or not number(value.get("eventCount")) or not isinstance(value.get("heads"), dict)
            or "previous" not in value or not (value["previous"] is None or matches(HASH, value["previous"]))):
        return "altered", "it is not a checkpoint"
    key = from_base64(value["key"]) or b""
    problem = check_minisign(signature.decode("utf-8", "replace"), key, data)
    if problem and problem[1] == "its signature file is not one":
        return problem
    return ("signature", "its signature is not valid") if device_of(key) != value["device"] else problem


def check_objects(root, files, objects):
    found, present = [], set()
    for path, _ in files:
        match = re.fullmatch("obj/([0-9a-f]{2})/([0-9a-f]{62})", path)
        present.add(path)
        actual = match and hash_file(root, path)
        if not match:
            found.append(finding("extra", path, "The file is not an object of the project."))
        elif actual is None:
            found.append(finding("unreadable", path, "The file cannot be read."))
        elif actual != match.group(1) + match.group(2):
            found.append(finding("altered", path, "The content does not match the hash that is its name."))
    for hash, (device, person) in objects.items():
        path = "obj/%s/%s" % (hash[:2], hash[2:])
        if path not in present:
            found.append(finding("missing", path, "The log names this content and it is not in the folder; device %s (%s) added it." % (device, person), None, device, person))
    return found


def check_project_file(data, project):
    """assay.json is not signed, but it has one exact form, and what it says follows from the keys and the log."""
    value = parse(data)
    genesis = value.get("genesis") if isinstance(value, dict) else None
    good = (isinstance(genesis, dict) and whole(value.get("format")) is not None and whole(value.get("minReader")) is not None
            and matches(SESSION, value.get("projectId")) and all(isinstance(genesis.get(name), str) for name in ("device", "key")))
    if not good:
        return "it does not have the expected content"
    if value["projectId"] != project:
        return "it names another project than the log"
    if device_of(from_base64(genesis["key"]) or b"") != genesis["device"]:
        return "its key and its device do not belong together"
    exact = '{\n  "format": %d,\n  "projectId": "%s",\n  "genesis": {\n    "device": "%s",\n    "key": "%s"\n  },\n  "minReader": %d\n}\n' % (
        whole(value["format"]), value["projectId"], genesis["device"], genesis["key"], whole(value["minReader"]))
    return None if whole(value["format"]) > 1 or exact.encode("utf-8", "replace") == data else "it is not in the exact form"


def verify_project(root, trusted):
    data = read(root, "assay.json")
    value = parse(data or b"")
    named = value.get("projectId") if isinstance(value, dict) else None
    log_files, object_files, seal_files = list_files(root, "log"), list_files(root, "obj"), list_files(root, "seal", 1)
    log = Log(None, "log/", True)
    read_log(log, root, log_files)
    log.project = project = log.main_project(named)
    found = check_seals(log, root, seal_files)
    log_found, events, keys, objects = log.finish()
    found += log_found + check_objects(root, object_files, objects)
    problem = None if data is None else check_project_file(data, project)
    if data is None:
        found.append(finding("missing", "assay.json", "The file that says what this folder is cannot be read."))
    elif problem:
        found.append(finding("altered", "assay.json", "The file that says what this folder is was changed: %s." % problem))
    kinds = {each["kind"] for each in found}
    known = all(any(is_key(text, key) for text in trusted) for key in keys)
    outcome = "altered" if kinds & {"altered", "signature", "chain"} else "incomplete" if kinds & {"missing", "unreadable"} else "verified" if known else "verified-signer-unknown"
    files = log_files + object_files + seal_files
    return {"outcome": outcome, "fileCount": len(files), "sizeBytes": sum(size for _, size in files), "eventCount": events,
            "signer": ", ".join(sorted(map(fingerprint_of, keys))) or None, "findings": found}


# ---------------------------------------------------------------- 5. an unpacked archive

def verify_archive(root, trusted):
    metadata, found = read(root, "ro-crate-metadata.json"), []
    files = dict(list_files(root, ".", 12))
    signature, key_text = read(root, "ro-crate-metadata.json.minisig"), read(root, "audit/signing-key.pub")
    key = (from_base64((key_text or b"").decode("utf-8", "replace").strip().split("\n")[-1]) or b"")[10:]
    if signature is None:
        found.append(finding("missing", "ro-crate-metadata.json.minisig", "The signature over the list of files is not there."))
    else:
        problem = check_minisign(signature.decode("utf-8", "replace"), key, metadata)
        if problem:
            found.append(finding(problem[0], "ro-crate-metadata.json.minisig", "The list of files: %s." % problem[1]))
    value = parse(metadata)
    nodes, listed = value.get("@graph") if isinstance(value, dict) else None, set()
    for node in nodes if isinstance(nodes, list) else []:
        id = node.get("@id") if isinstance(node, dict) else None
        if not isinstance(id, str) or "sha256" not in node:
            continue
        path = re.sub(r"^\./", "", id)
        listed.add(path)
        if path not in files:
            found.append(finding("missing", path, "It is listed and not in the archive."))
        elif hash_file(root, path) != node["sha256"]:
            found.append(finding("altered", path, "Its content is not what was signed: the SHA-256 differs."))
    found += [finding("extra", path, "It is in the archive and not listed; nothing signs it.") for path in files
              if path not in listed and path not in ("ro-crate-metadata.json", "ro-crate-metadata.json.minisig")]
    log = Log(None, "audit/log/", False)
    read_log(log, root, [(path, size) for path, size in files.items() if path.startswith("audit/log/")])
    found += check_seals(log, root, [(path, size) for path, size in files.items() if path.startswith("audit/seal/")])
    log_found, events, keys, _ = log.finish()
    found += log_found
    devices = parse(read(root, "audit/devices.json") or b"")
    named = {each.get("ed25519") for each in devices["devices"]} if isinstance(devices, dict) and isinstance(devices.get("devices"), list) else set()
    found += [finding("chain", "audit/devices.json", "The log is signed by device %s, which is not in the list of devices." % device_of(each)) for each in keys
              if base64.b64encode(each).decode("ascii") not in named]
    kinds = {each["kind"] for each in found}
    outcome = ("altered" if kinds & {"altered", "extra", "chain", "signature"} else "unreadable" if not isinstance(nodes, list) else
               "incomplete" if kinds & {"missing", "unreadable"} else "verified" if any(is_key(text, key) for text in trusted) else "verified-signer-unknown")
    return {"outcome": outcome, "fileCount": len(files), "sizeBytes": sum(files.values()), "eventCount": events,
            "signer": fingerprint_of(key) if len(key) == 32 else None, "findings": found}


# ---------------------------------------------------------------- the command

OUTCOMES = {"verified": "Verified", "verified-signer-unknown": "Verified, signer unknown: compare the fingerprint with one you got another way",
            "incomplete": "Incomplete", "altered": "Altered", "unreadable": "Unreadable"}


def verify(root, trusted=()):
    """The report on a project folder or an unpacked archive; None when it is neither."""
    if read(root, "ro-crate-metadata.json") is not None:
        return verify_archive(root, trusted)
    return verify_project(root, trusted) if read(root, "assay.json") is not None or list_files(root, "log") else None


def main(arguments):
    trusted, folders = [], []
    while arguments:
        argument = arguments.pop(0)
        if argument in ("-h", "--help") or (argument == "--key" and not arguments):
            print(__doc__)
            return 0 if argument != "--key" else 2
        if argument == "--key":
            trusted.append(arguments.pop(0))
        elif argument != "--json":
            folders.append(argument)
    root = folders[0] if folders else os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    report = verify(root, trusted)
    if report is None:
        print("%s is not a project folder and not an unpacked archive." % root, file=sys.stderr)
        return 2
    if "--json" in sys.argv:
        print(json.dumps(report, indent=1))
    else:
        print(OUTCOMES[report["outcome"]])
        print("%d files, %d bytes, %d events" % (report["fileCount"], report["sizeBytes"], report["eventCount"]))
        print("Signed by " + (report["signer"] or "nobody"))
        for each in report["findings"]:
            print("%s (%s): %s" % (each["file"], each["kind"], each["what"]))
    return 0 if report["outcome"].startswith("verified") else 3


if __name__ == "__main__":
    status = []
    sys.setrecursionlimit(600000)                          # JSON may be deep; so the work gets a thread with a large stack
    threading.stack_size(512 << 20)
    worker = threading.Thread(target=lambda: status.append(main(sys.argv[1:])))
    worker.start()
    worker.join()
    sys.exit(status[0] if status else 1)
