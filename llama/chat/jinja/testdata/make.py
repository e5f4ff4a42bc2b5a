# Writes jinja2.json: templates and what Jinja2 makes of them, in the environment
# that transformers gives chat templates. Made with Jinja2 3.1.6, Python 3.11.
import json, sys
import jinja2
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)

env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
env.filters["tojson"] = tojson
env.globals["raise_exception"] = raise_exception

variables = {
    "s": "héllo <b> World", "n": 7, "f": 2.5, "b": True, "none": None, "empty": "", "l": [3, 1, 2], "words": ["b", "A", "c", "a"],
    "d": {"z": 1, "a": [1, {"k": "v"}], "items": "shadow", "é": None}, "big": 12345678901234567890, "neg": -7,
    "ms": [{"role": "user", "content": " hi ", "n": 2}, {"role": "assistant", "content": "ho", "n": 1}, {"role": "user", "content": "x"}],
    "lines": "a\nb\n\n c\n",
}

sources = r'''
{{ s }}|{{ n }}|{{ f }}|{{ b }}|{{ none }}|{{ l }}|{{ d }}|{{ big }}|{{ missing }}
{{ 1 + 2 * 3 ** 2 // 4 % 5 - 6 / 4 }} {{ -2 ** 2 }} {{ 7 // -2 }} {{ -7 % 3 }} {{ 7.5 // 2 }} {{ -7.5 % 2 }} {{ 1e3 }} {{ 2 ** -1 }} {{ 1_000 }}
{{ "a" ~ 1 ~ none ~ 2.0 ~ [1, "x"] }} {{ "ab" * 3 }} {{ [1] + [2] }} {{ (1,) + (2, 3) }} {{ "a" "b" 'c' }}
{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 1 == 1.0 == true }} {{ "a" < "b" }} {{ [1, 2] < [1, 3] }} {{ not 1 == 2 }} {{ 2 not in [1] }} {{ "l" in s }} {{ "z" in d }}
{{ 0 or "x" }} {{ "" or none or 0 }} {{ 1 and 2 }} {{ 0 and 1/0 }} {{ "y" if n > 3 else "n" }} {{ "y" if n > 9 }}|{{ 1 if 0 else 2 if 0 else 3 }}
{{ l[0] }} {{ l[-1] }} {{ l[9] }}| {{ l[1:] }} {{ l[::-1] }} {{ l[-2:] }} {{ s[1:4] }} {{ s[::-2] }} {{ s[0] }} {{ l[5:9] }} {{ l[:-9] }} {{ (1,2,3)[1:] }} {{ l[2:0:-1] }}
{{ d.z }} {{ d["z"] }} {{ d.items() | list }} {{ d["items"] }} {{ d.nothing }}| {{ d.get("z") }} {{ d.get("q", 5) }} {{ d.keys() | list }} {{ d.values() | list }} {{ d.a[1].k }} {{ d.a.1.k }} {{ d["nothing"] }}|
{{ s.upper() }} {{ s.split() }} {{ "a,b,,c".split(",") }} {{ "a,b,c".split(",", 1) }} {{ "a,b,c".rsplit(",", 1) }} {{ " x ".strip() }}| {{ "xxaxx".strip("x") }} {{ "ab".lstrip("a") }} {{ "ab".rstrip("b") }}
{{ s.startswith("hé") }} {{ s.endswith(("x", "ld")) }} {{ s.replace("l", "L") }} {{ s.replace("l", "L", 1) }} {{ s.find("l") }} {{ s.rfind("l") }} {{ s.count("l") }} {{ "-".join(words) }} {{ "aXb".partition("X") }} {{ "aXbXc".rpartition("X") }} {{ "ab".partition("z") }}
{{ "hello world".title() }} {{ "hELLO".capitalize() }} {{ "a1".isalnum() }} {{ "12".isdigit() }} {{ "ab".isalpha() }} {{ "".isdigit() }} {{ "AB".isupper() }} {{ "ab1".islower() }} {{ " ".isspace() }} {{ lines.splitlines() }} {{ lines.splitlines(true) }} {{ "prefix".removeprefix("pre") }} {{ "suffix".removesuffix("fix") }}
{{ l | sort }} {{ words | sort }} {{ words | sort(case_sensitive=true) }} {{ l | sort(reverse=true) }} {{ ms | sort(attribute="role") | map(attribute="content") | list }} {{ words | unique | list }}
{{ l | length }} {{ s | length }} {{ d | count }} {{ l | first }} {{ l | last }} {{ [] | first }}| {{ l | sum }} {{ l | max }} {{ l | min }} {{ words | join(", ") }} {{ ms | join("-", attribute="role") }} {{ l | reverse | list }} {{ "abc" | reverse }} {{ l | join }}
{{ ms | map(attribute="role") | list }} {{ ms | map(attribute="n", default=0) | list }} {{ words | map("upper") | list }} {{ l | select("odd") | list }} {{ l | reject("equalto", 1) | list }} {{ ms | selectattr("role", "equalto", "user") | list | length }} {{ ms | rejectattr("n") | list | length }} {{ [0, 1, ""] | select | list }} {{ ms | selectattr("n", "defined") | map(attribute="n") | list }}
{{ missing | default("x") }} {{ empty | default("x") }}| {{ empty | default("x", true) }} {{ none | default("x") }} {{ missing | d }}| {{ missing | length }}
{{ d | tojson }} {{ d | tojson(indent=2) }} {{ "é\"\n" | tojson }} {{ "é" | tojson(ensure_ascii=true) }} {{ d | tojson(separators=(",", ":")) }} {{ d | tojson(sort_keys=true) }} {{ [1.0, 1e22, none, true, big] | tojson }} {{ (1, 2) | tojson }} {{ [] | tojson(indent=4) }}
{{ " x " | trim }}| {{ "xax" | trim("x") }} {{ s | upper }} {{ s | lower }} {{ "ab cd" | title }} {{ "aB" | capitalize }} {{ s | replace("l", "1") }} {{ s | e }} {{ "<" | escape }} {{ 5 | string }} {{ "12" | int }} {{ "x" | int }} {{ "x" | int(3) }} {{ 3.9 | int }} {{ "1.5" | float }} {{ 2 | float }} {{ -3 | abs }} {{ 2.5 | round }} {{ 2.345 | round(2) }} {{ 2.1 | round(0, "ceil") }} {{ 27 | round(-1) }} {{ s | wordcount }}
{{ lines | indent }}#{{ lines | indent(2, true) }}#{{ lines | indent(2, blank=true) }}#{{ lines | indent("> ") }}
{{ "%s is %d and %.2f%%" | format("a", 3, 2.5) }} {{ "%5s|%-5s|%05d" | format("a", "b", 42) }} {{ "%(a)s" | format(a=1) }} {{ "%s" % "x" }} {{ "%r" % ("x",) }}
{{ n is odd }} {{ n is even }} {{ n is divisibleby 7 }} {{ n is divisibleby(2) }} {{ s is string }} {{ n is number }} {{ n is integer }} {{ f is float }} {{ b is boolean }} {{ l is iterable }} {{ l is sequence }} {{ d is mapping }} {{ none is none }} {{ missing is defined }} {{ missing is undefined }} {{ n is not none }} {{ b is true }} {{ n is true }} {{ b is sameas true }} {{ n is eq 7 }} {{ n is gt 3 }} {{ 1 is in [1, 2] }} {{ "a" is lower }} {{ raise_exception is callable }} {{ s is iterable }} {{ n is iterable }} {{ none is iterable }} {{ none is sequence }}
{{ dict(a=1, b=2) }} {{ {"a": 1, "b": [1, 2], 3: none} }} {{ range(5) | list }} {{ range(2, 10, 3) | list }} {{ range(3, 0, -1) | list }} {{ {} }} {{ () }} {{ [] }} {{ (1,) }} {{ 1, 2 }}
{% for x in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.revindex }}{{ loop.revindex0 }}{{ x }};{% endfor %}
{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}{% for k in d %}{{ k }},{% endfor %}{% for c in "aé" %}{{ c }}.{% endfor %}{% for x in [] %}{% else %}none{% endfor %}{% for x in missing %}{% else %}missing{% endfor %}
{% for x in l if x > 1 %}{{ loop.index }}{{ x }}{{ loop.length }} {% endfor %}{% for a, b in [(1, 2), [3, 4]] %}{{ a }}{{ b }}{% endfor %}{% for x in l %}{{ loop.previtem }}<{{ x }}<{{ loop.nextitem }} {% endfor %}{% for x in l %}{{ loop.cycle("a", "b") }}{% endfor %}{% for x in [1, 1, 2] %}{{ loop.changed(x) }}{% endfor %}
{% for x in l %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% if x == 2 %}{% break %}{% endif %}{% endfor %}{% for x in [1, 2, 3] %}{% if x == 2 %}{% break %}{% endif %}{{ x }}{% endfor %}
{% for x in l %}{% for y in l %}{{ loop.depth }}{{ loop.index }}{% endfor %}|{% endfor %}
{% set x = 1 %}{% for i in l %}{% set x = i %}{{ x }}{% endfor %}{{ x }}{% if true %}{% set x = 9 %}{% endif %}{{ x }}{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set (p, q) = (3, 4) %}{{ p }}{{ q }}
{% set ns = namespace(x=1, y="a") %}{% for i in l %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}{{ ns.y }}{{ ns.z }}{% set ns.z = 3 %}{{ ns.z }}
{% set x %}a{{ n }}b{% endset %}{{ x }}{% set x | upper %}a{{ n }}b{% endset %}{{ x }}{% filter upper | replace("A", "_") %}aba{{ n }}{% endfilter %}{% with a = 1, b = n %}{{ a }}{{ b }}{% endwith %}{{ a }}
{% macro m(a, b=2, c="x") %}[{{ a }},{{ b }},{{ c }}]{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(1, c="y") }}{{ m() }}{{ m(b=m(5)) | length }}
{% macro f(k) %}{% if k > 0 %}{{ k }}{{ f(k - 1) }}{% endif %}{% endmacro %}{{ f(3) }}
{% if n == 1 %}a{% elif n == 7 %}b{% else %}c{% endif %}{% if not missing %}d{% endif %}{% if l %}e{% endif %}{% if none %}f{% else %}g{% endif %}{% if 0.0 %}h{% endif %}{% if n == 7 and (f == 2.5 or false) %}i{% endif %}
{% raw %}{{ not }} {% this %}{% endraw %} {# a comment {{ x }} #}x{#- y -#} z {{- "w" -}} v
{% if true %}\n  a\n  {% if true %}\n    b\n  {% endif %}\n{% endif %}\n
<{% if true %}  \n  x  {% endif %}\n>
<{%- if true -%}  \n  x  {%- endif -%}\n>
<{%+ if true +%}\n  x\n  {%+ endif +%}\n>
a\n    {{ n }}\n    {# c #}\n    {%- if true %}\nb\n    {% endif %}\n  c {% if true %} d {% endif %} e\n
   {% for x in l %}\n  * {{ x }}\n   {% endfor %}\nend\n\n
{{ 'a\nb\tc\\d\'e\x41\u00e9\q' }} {{ "x\"y" }}
{{ 'two
lines' }}
{{ ms[0].content | trim + "!" }} {{ ms[0]['content'] | trim ~ "!" }} {{ (ms | last).role }} {{ ms[0].content.strip().upper() }} {{ -f | abs }} {{ (-f) | abs }} {{ not none is none }} {{ n | string + "x" }}
{{ d.__class__ }}| {{ "".__class__ }}| {{ none.x }}|{{ n.x }}|{{ n["x"] }}|
{{ [1, [2, "it's"], {"a": none}] }} {{ "it's" }} {{ ["it's", 'say "hi"', "both ' \""] }} {{ [1.0, 1e100, 0.1, 1e-7] }} {{ ["é\n\u200b"] }}
{{ missing.x }}
{{ missing() }}
{{ missing + 1 }}
{{ 1 + "a" }}
{{ "a" + 1 }}
{{ none + "a" }}
{{ 1 / 0 }}
{{ 1 in "abc" }}
{{ n.upper() }}
{{ l.append(1) }}
{{ raise_exception("no way") }}
{{ x | nofilter }}
{{ x is notest }}
{% unknown %}
{% if true %}
{{ a
{{ (1 }}
{% for x in %}{% endfor %}
{% set true = 1 %}
{{ 1 2 }}
{% endif %}
{% for a, b in [1] %}{% endfor %}
{{ [1] < ["a"] }}
{{ range(1000000) | length }}
{# never closed
{{ "never }}
{{ a.b.c }}
{% set d.x = 1 %}
{{ {[1]: 2} }}
{{ l | first.x }}
{{ none | length }}
{{ [missing] | tojson }}
{{ "x" | round }}
{% for x in 5 %}{% endfor %}
'''

cases, pending = [], ""
lines = sources.strip("\n").split("\n")
i = 0
while i < len(lines):
    src = lines[i]
    if src == "{{ 'two":
        i += 1
        src += "\n" + lines[i]
    i += 1
    if "{{ 'a\\nb" not in src and '"é\\"\\n"' not in src and "é\\n" not in src:
        src = src.replace("\\n", "\n")
    case = {"source": src}
    try:
        case["text"] = env.from_string(src).render(**variables)
    except Exception as e:
        case["error"] = f"{type(e).__name__}: {e}"
    cases.append(case)
json.dump({"jinja2": jinja2.__version__, "variables": variables, "cases": cases}, open("jinja2.json", "w"), ensure_ascii=False, indent=1)
for c in cases:
    if "error" in c: print(repr(c["source"]), c["error"])
