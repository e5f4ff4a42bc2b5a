# Writes variants.json: small tokenizers that each use one feature of
# tokenizer.json, with what Hugging Face tokenizers makes of some texts.
# Made with tokenizers 0.23.3, Python 3.11.
import copy, json
import tokenizers
from tokenizers import Tokenizer

def byte_chars():
    bs = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    cs, n = bs[:], 0
    for b in range(256):
        if b not in bs:
            bs.append(b); cs.append(256 + n); n += 1
    return {b: chr(c) for b, c in zip(bs, cs)}

chars = byte_chars()
merges = [("a", "b"), ("Ġ", "a"), ("ab", "c"), ("Ġ", "ab"), ("b", "c"), ("Ġa", "bc"), ("1", "2"), ("12", "3"), ("Ã", "©"), ("Ċ", "Ċ"), ("Ġ", "Ġ"), ("e", "Ì"), ("d", "e")]

def base(missing=""):
    vocab = {"<s>": 0, "</s>": 1, "<unk>": 2}
    for b in range(256):
        if chars[b] not in missing:
            vocab[chars[b]] = len(vocab)
    kept = []
    for a, b in merges:
        if a in vocab and b in vocab:
            kept.append([a, b])
            vocab.setdefault(a + b, len(vocab))
    special = lambda i, c: {"id": i, "content": c, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [special(0, "<s>"), special(1, "</s>"), special(2, "<unk>")],
        "normalizer": None,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "post_processor": None,
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
                  "fuse_unk": False, "byte_fallback": False, "ignore_merges": False, "vocab": vocab, "merges": kept},
    }

byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
variants = {}

def variant(name, change, missing=""):
    t = base(missing)
    change(t)
    variants[name] = t

def split(pattern, behavior, invert=False):
    def f(t):
        t["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": pattern, "behavior": behavior, "invert": invert}, byte_level]}
    return f

def add(**kw):
    def f(t):
        beyond = [a for a in t["added_tokens"] if a["content"] not in t["model"]["vocab"]]
        tok = {"id": t["model"]["vocab"].get(kw.get("content"), len(t["model"]["vocab"]) + len(beyond)), "content": "<x>", "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False}
        tok.update(kw)
        t["added_tokens"].append(tok)
    return f

def each(*fs):
    return lambda t: [f(t) for f in fs]

def put(*path_value):
    *path, last, value = path_value
    def f(t):
        for p in path: t = t[p]
        t[last] = value
    return f

variant("plain", lambda t: None)
for b in ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]:
    for inv in [False, True]:
        variant(f"split-{b}-{inv}", split({"Regex": "[ab]|\\d"}, b, inv))
    variant(f"split-string-{b}", split({"String": "b"}, b))
variant("split-lookahead", split({"Regex": "\\s+(?!\\S)|\\s+|[^\\s]+"}, "Isolated"))
variant("split-contiguous-space", split({"Regex": " "}, "Contiguous"))
variant("digits", put("pre_tokenizer", {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": False}, byte_level]}))
variant("prefix-space", put("pre_tokenizer", "add_prefix_space", True))
variant("prefix-space-digits", put("pre_tokenizer", {"type": "Sequence", "pretokenizers": [
    {"type": "Digits", "individual_digits": True}, {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}]}))
variant("lstrip", add(lstrip=True))
variant("rstrip", add(rstrip=True))
variant("both-strip", add(lstrip=True, rstrip=True, special=True))
variant("single-word", each(add(content="abc", single_word=True), add(content="<x>", single_word=True)))
variant("longest", each(add(content="<x"), add(content="<x><x>"), add(content="x>")))
variant("special-hides", each(add(content="<x", special=True), add(content="x>")))
variant("normalized", each(put("normalizer", {"type": "NFC"}), add(content="ds\u0323", normalized=True), add(content="<s\u0323>")))
variant("nfc", put("normalizer", {"type": "Sequence", "normalizers": [{"type": "NFC"}]}))
variant("ignore-merges", each(put("model", "ignore_merges", True), lambda t: t["model"]["vocab"].update({"xyz": 300, "Ġxyz": 301})))
variant("missing-bytes", lambda t: None, "c1<")
variant("unk", put("model", "unk_token", "<unk>"), "c1<")
variant("fuse-unk", each(put("model", "unk_token", "<unk>"), put("model", "fuse_unk", True)), "c1<")
variant("template", put("post_processor", {"type": "TemplateProcessing",
    "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
    "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
    "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}, "</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}}}))

texts = ["", " ", "abc", " abc", "abcabc abc", "ab 12345 abc", "a1b22c333", "  abc  <x>  abc ", "<x>", "x<x>x", "abc <x><x>abc", "<x><x", " <x> <x> ", "abcx abc, xabc _abc abc_ abc's \u00e9abc",
         "<s>abc</s>", "</s> <s>", "ds\u0323 d\u1e63 <s\u0323> <\u1e63> s\u0323 e\u0301 \u00e9", "xyz xyz abxyz", "c1<", "cc11 cc1<<ab c", "bab bbb\n\n abc\n", "\t\tabc  \n", "aa  bb   cc", "naïve 中文 😀", "don't I'LL we've"]

out = []
for name, t in variants.items():
    tok = Tokenizer.from_str(json.dumps(t))
    rows = []
    for x in texts:
        tok.encode_special_tokens = False
        ids = tok.encode(x, add_special_tokens=False).ids
        added = tok.encode(x).ids
        tok.encode_special_tokens = True
        plain = tok.encode(x, add_special_tokens=False).ids
        rows.append({"text": x, "ids": ids, "ids_plain": plain, "ids_added": added,
                     "decoded": tok.decode(ids, skip_special_tokens=False), "decoded_skip": tok.decode(ids)})
    t = copy.deepcopy(t)
    out.append({"name": name, "tokenizer": t, "rows": rows})
# One vocabulary serves most: store what differs from the first.
first = out[0]["tokenizer"]["model"]
for o in out[1:]:
    for k in ("vocab", "merges"):
        if o["tokenizer"]["model"][k] == first[k]:
            del o["tokenizer"]["model"][k]
with open("variants.json", "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(o, ensure_ascii=True, separators=(",", ":")) for o in out) + "\n]\n")
