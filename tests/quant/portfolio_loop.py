"""A book of pairs as plain Python dictionaries: slow, and written from the rules rather than from the arrays."""

import math
from collections import defaultdict


def plain_book(names, members, rules, limit=None):
    """Equity and shares per bar, and each pair's P&L with its own costs."""
    book = PlainBook(names, members, rules, limit)
    for t in range(names.close.shape[1]):
        book.live(t)
    return book.equity, book.shares, [pair["gain"] for pair in book.pairs]


class PlainBook:
    def __init__(self, names, members, rules, limit):
        self.names, self.members, self.rules, self.limit = names, members, rules, limit
        self.cash, self.alive, self.mark = rules.capital, True, {}
        self.rate = (rules.commission_bps + rules.slippage_bps) / 1e4
        self.equity, self.shares = [], []
        self.pairs = [
            {
                "legs": (int(y), int(x)),
                "side": 0,
                "order": None,
                "locked": 0,
                "held": (0.0, 0.0),
                "since": 0,
                "gain": 0.0,
            }
            for y, x in members.legs
        ]

    def netted(self):
        total = defaultdict(float)
        for pair in self.pairs:
            for name, shares in zip(pair["legs"], pair["held"], strict=True):
                total[name] += shares
        return total

    def worth(self, price):
        return self.cash + sum(shares * price[name] for name, shares in self.netted().items())

    def live(self, t):
        price = {name: float(column[t]) for name, column in enumerate(self.names.close)}
        if t:
            self.sleep(t, price)
        self.fill(t, price)
        worth = self.worth(price)
        if worth <= 0 and self.alive:
            self.alive, before = False, self.netted()
            for pair in self.pairs:
                pair["order"] = None
                self.move(pair, (0.0, 0.0), 0, price)
            self.settle(before, price)
            worth = self.cash
        self.equity.append(worth)
        self.shares.append(dict(self.netted()))
        self.mark = price
        for number, pair in enumerate(self.pairs):
            z, beta = float(self.members.z[number, t]), float(self.members.beta[number, t])
            if self.alive and self.open(pair, t) and not self.gone(pair, t) and not math.isnan(z):
                decide(pair, z, beta, t, self.rules)

    def open(self, pair, t):
        return all(self.names.traded[name, t] for name in pair["legs"])

    def gone(self, pair, t):
        return any(self.names.last[name] <= t for name in pair["legs"])

    def sleep(self, t, price):
        fee = self.rules.borrow_bps / 1e4 * float(self.names.days[t]) / 365.0
        self.cash -= sum(fee * -shares * self.mark[name] for name, shares in self.netted().items() if shares < 0)
        for pair in self.pairs:
            split = [float(self.names.splits[name, t]) for name in pair["legs"]]
            held = tuple(shares * ratio for shares, ratio in zip(pair["held"], split, strict=True))
            for name, old, new, ratio in zip(pair["legs"], pair["held"], held, split, strict=True):
                dividend = float(self.names.dividends[name, t])
                self.cash += new * dividend
                pair["gain"] += new * (dividend + price[name] - self.mark[name] / ratio)
                pair["gain"] -= fee * max(-old, 0.0) * self.mark[name]
            pair["held"] = held
            if pair["order"] and self.rules.hedge_fixes == "SHARES":
                side, beta = pair["order"]
                pair["order"] = side, beta * split[1] / split[0]

    def fill(self, t, price):
        before, worth = self.netted(), self.worth(price)
        flat = [pair for pair in self.pairs if not pair["side"]]
        for pair in self.pairs:
            if pair["side"] and ((pair["order"] and self.open(pair, t)) or self.gone(pair, t)):
                pair["order"] = None
                self.move(pair, (0.0, 0.0), 0, price)
        for pair in flat:
            if pair["order"] and self.gone(pair, t):
                pair["order"] = None
            if pair["order"] and self.open(pair, t):
                self.enter(pair, t, price, worth)
        self.settle(before, price)

    def enter(self, pair, t, price, worth):
        (side, beta), (y, x), pair["order"] = pair["order"], pair["legs"], None
        ratio = beta * price[x] / price[y] if self.rules.hedge_fixes == "SHARES" else beta
        weight = float(self.members.weight[self.pairs.index(pair)])
        value = self.rules.gross * weight * worth / (1 + abs(ratio))
        wanted = side * value / price[y], -side * ratio * value / price[x]
        scale, now = 1.0, self.netted()
        for name, shares in zip((y, x), wanted, strict=True):
            most = math.inf if self.limit is None else self.limit * worth / price[name]
            if abs(now[name] + shares) > most:
                left = (most - now[name]) / shares if shares > 0 else (most + now[name]) / -shares
                scale = min(scale, max(0.0, left))
        if scale > 0:
            pair["since"] = t
            self.move(pair, tuple(scale * shares for shares in wanted), side, price)

    def move(self, pair, held, side, price):
        """The pair's own costs; what the book pays is settled net."""
        for name, old, new in zip(pair["legs"], pair["held"], held, strict=True):
            pair["gain"] -= self.rate * abs(new - old) * price[name]
        pair.update(held=held, side=side)

    def settle(self, before, price):
        after = self.netted()
        for name in set(before) | set(after):
            change = after[name] - before[name]
            self.cash -= change * price[name] + self.rate * abs(change) * price[name]


def decide(pair, z, beta, t, rules):
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
