"""The line protocol of benchpeers, for peers in Python: lines "CASE MS" in, lines
"CASE -> NS" out, the mean time of a call over at least so many milliseconds."""
import sys
import time


def serve(version, case, warm=2):
    """Answers requests with the functions that case returns for names. Two cases
    stay set up, because two are timed in turn; each is called warm times first. The
    first call of a sample does not count, unless it fills the sample alone."""
    print("ready", version, flush=True)
    held = {}
    for line in sys.stdin:
        name, millis = line.split()
        if name not in held:
            if len(held) == 2:
                del held[next(iter(held))]
            try:
                held[name] = case(name)
                for _ in range(warm if held[name] else 0):
                    held[name]()
            except Exception as e:
                held[name] = None
                print(f"{name} -> skip {type(e).__name__}: {str(e).splitlines()[0] if str(e) else ''}", flush=True)
                continue
        f = held[name]
        if f is None:
            print(f"{name} -> skip there is nothing like it here", flush=True)
            continue
        ready, n, limit, start = False, 0, float(millis) / 1e3, time.perf_counter()
        while True:
            f()
            n += 1
            d = time.perf_counter() - start
            if d >= limit:
                break
            if not ready:
                ready, n, start = True, 0, time.perf_counter()
        print(f"{name} -> {d / n * 1e9:.6g}", flush=True)
