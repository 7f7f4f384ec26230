"""A book of pairs as plain Python dictionaries: slow, and written from the rules rather than from the arrays."""

import math
from collections import defaultdict


def plain_book(names, members, rules, limit=None):
    """Equity and shares per bar, and each pair's P&L with its own costs."""
    count, bars = len(members.legs), names.close.shape[1]
    legs = [tuple(int(one) for one in pair) for pair in members.legs]
    cash, alive, mark = rules.capital, True, {}
    state = [{"side": 0, "order": None, "locked": 0, "held": (0.0, 0.0), "since": 0, "gain": 0.0} for _ in range(count)]
    rate = (rules.commission_bps + rules.slippage_bps) / 1e4
    equity, shares = [], []

    def netted():
        total = defaultdict(float)
        for pair, (y, x) in zip(state, legs, strict=True):
            total[y] += pair["held"][0]
            total[x] += pair["held"][1]
        return total

    for t in range(bars):
        price = {n: float(names.close[n, t]) for n in range(len(names.close))}
        if t:
            part = rules.borrow_bps / 1e4 * float(names.days[t]) / 365.0
            cash -= sum(part * -q * mark[n] for n, q in netted().items() if q < 0)
            for pair, both in zip(state, legs, strict=True):
                for k, n in enumerate(both):
                    pair["gain"] -= part * max(-pair["held"][k], 0.0) * mark[n]
                held = tuple(q * float(names.splits[n, t]) for q, n in zip(pair["held"], both, strict=True))
                pair["held"] = held
                for q, n in zip(held, both, strict=True):
                    dividend = float(names.dividends[n, t])
                    cash += q * dividend
                    pair["gain"] += q * (dividend + price[n] - mark[n] / float(names.splits[n, t]))
                if pair["order"] and pair["order"][0] and rules.hedge_fixes == "SHARES":
                    side, beta = pair["order"]
                    pair["order"] = side, beta * float(names.splits[both[1], t] / names.splits[both[0], t])
        before = netted()
        worth = cash + sum(q * price[n] for n, q in before.items())
        gone = [any(names.last[n] <= t for n in both) for both in legs]
        open_ = [all(names.traded[n, t] for n in both) for both in legs]
        for p, pair in enumerate(state):
            if pair["side"] and ((pair["order"] and open_[p]) or gone[p]):
                pair["gain"] -= rate * sum(abs(q) * price[n] for q, n in zip(pair["held"], legs[p], strict=True))
                pair.update(held=(0.0, 0.0), side=0, order=None, just_left=True)
        for p, pair in enumerate(state):
            if pair.pop("just_left", False) or pair["side"] or not pair["order"]:
                continue
            if gone[p]:
                pair["order"] = None
            elif open_[p]:
                (side, beta), (y, x) = pair["order"], legs[p]
                ratio = beta * price[x] / price[y] if rules.hedge_fixes == "SHARES" else beta
                value = rules.gross * float(members.weight[p]) * worth / (1 + abs(ratio))
                wanted = side * value / price[y], -side * ratio * value / price[x]
                scale, now = 1.0, netted()
                for n, q in zip((y, x), wanted, strict=True):
                    most = math.inf if limit is None else limit * worth / price[n]
                    if abs(now[n] + q) > most:
                        scale = min(scale, max(0.0, (most - now[n]) / q if q > 0 else (most + now[n]) / -q))
                pair["order"] = None
                if scale > 0:
                    held = tuple(scale * q for q in wanted)
                    pair.update(held=held, side=side, since=t)
                    pair["gain"] -= rate * sum(abs(q) * price[n] for q, n in zip(held, (y, x), strict=True))
        after = netted()
        for n in set(before) | set(after):
            change = after[n] - before[n]
            cash -= change * price[n] + rate * abs(change) * price[n]
        worth = cash + sum(q * price[n] for n, q in after.items())
        if worth <= 0 and alive:
            alive = False
            for pair, both in zip(state, legs, strict=True):
                pair["gain"] -= rate * sum(abs(q) * price[n] for q, n in zip(pair["held"], both, strict=True))
                pair.update(held=(0.0, 0.0), side=0, order=None)
            cash += sum(q * price[n] - rate * abs(q) * price[n] for n, q in after.items())
            worth = cash
        equity.append(worth)
        shares.append(dict(netted()))
        mark = price
        for p, pair in enumerate(state):
            z, beta = float(members.z[p, t]), float(members.beta[p, t])
            if alive and open_[p] and not gone[p] and not math.isnan(z):
                _decide(pair, z, beta, t, rules)
    return equity, shares, [pair["gain"] for pair in state]


def _decide(pair, z, beta, t, rules):
    stop = math.inf if rules.stop is None else rules.stop
    if pair["side"] == 0:
        if abs(z) < rules.exit or (rules.exit == 0 and pair["locked"] * z <= 0):
            pair["locked"] = 0
        if not pair["locked"] and rules.entry < abs(z) < stop and not math.isnan(beta):
            pair["order"] = (-1 if z > 0 else 1), beta
    elif pair["side"] * z >= -rules.exit:
        pair["order"] = (0, 0.0)
    elif abs(z) > stop or (rules.max_hold is not None and t - pair["since"] + 1 >= rules.max_hold):
        pair["order"], pair["locked"] = (0, 0.0), -pair["side"]
