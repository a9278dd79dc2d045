#!/usr/bin/env python3
"""Derives the polynomials of dispatch/include/tandem/math (needs python3-mpmath).

Each polynomial is the weighted minimax approximation found by Remez' exchange in 60-digit arithmetic. Its coefficients are
then rounded to the format one after the other, from the lowest power up, and after each rounding the free ones are solved
again, so that the rounding errors compensate one another. The number of terms is the smallest that reaches the goal.

    python3 bench/tools/minimax.py > dispatch/include/tandem/math/algorithms/coefficients.hpp

writes the header anew (minutes); with names of tables as arguments, only those.
"""
import sys
from multiprocessing import Pool

from mpmath import mp, mpf, matrix, lu_solve

mp.dps = 60


def round_to(x, bits):
    """x rounded to a significand of `bits` bits, ties to even."""
    if x == 0:
        return mpf(0)
    mantissa, exponent = mp.frexp(x)
    return mp.ldexp(mp.nint(mp.ldexp(mantissa, bits)), int(exponent) - bits)


class Grid:
    """Chebyshev points of [a, b] with the function and the weight there."""

    def __init__(self, f, weight, a, b, size=500):
        self.a, self.b, self.f, self.weight = a, b, f, weight
        self.points = [(a + b) / 2 + (b - a) / 2 * mp.cos(mp.pi * (size - i) / size) for i in range(size + 1)]
        self.weights = [weight(t) for t in self.points]
        self.values = [f(t) for t in self.points]


def remez(grid, known, powers, rounds):
    """The c that minimise max |weight·(Σ known + Σ c_i·t^powers_i − f)|, and that maximum; known: (c, power)…"""
    n = len(powers)
    fixed = lambda t: sum((c * t ** p for c, p in known), mpf(0))
    rest = [y - fixed(t) for t, y in zip(grid.points, grid.values)]
    last = len(grid.points) - 1
    nodes = [round(last * (1 - mp.cos(mp.pi * (2 * i + 1) / (2 * n + 2))) / 2) for i in range(n + 1)]
    nodes = [i if grid.weights[i] != 0 else i + 1 for i in (min(max(i, 1), last) for i in nodes)]
    coefficients, worst = None, None
    for _ in range(rounds):
        system = matrix(n + 1, n + 1)
        right = matrix(n + 1, 1)
        for i, k in enumerate(nodes):
            for j, p in enumerate(powers):
                system[i, j] = grid.weights[k] * grid.points[k] ** p
            system[i, n] = (-1) ** i
            right[i] = grid.weights[k] * rest[k]
        solution = lu_solve(system, right)
        coefficients = [solution[j] for j in range(n)]
        errors = [w * (mp.polyval(coefficients[::-1], t) * t ** powers[0] - y)
                  for t, y, w in zip(grid.points, rest, grid.weights)]
        worst = max(abs(e) for e in errors)
        # The extremum of every run of one sign, then the n + 1 neighbours with the largest errors.
        extrema = []
        for k, e in enumerate(errors):
            if e == 0:
                continue
            if extrema and (e > 0) == (errors[extrema[-1]] > 0):
                if abs(e) > abs(errors[extrema[-1]]):
                    extrema[-1] = k
            else:
                extrema.append(k)
        size = lambda i: abs(errors[extrema[i]])
        while len(extrema) > n + 1:
            smallest = min(range(len(extrema)), key=size)
            if 0 < smallest < len(extrema) - 1 and len(extrema) >= n + 3:
                del extrema[smallest:smallest + 2]
            else:
                extrema.pop(0 if size(0) < size(-1) else -1)
        if len(extrema) < n + 1 or extrema == nodes:
            break
        nodes = extrema
    return coefficients, worst


def largest_error(grid, coefficients):
    return max(abs(w * (mp.polyval(coefficients[::-1], t) - y))
               for t, y, w in zip(grid.points, grid.values, grid.weights))


def fit(grid, powers, bits):
    """As remez, with every coefficient rounded to a number of bits."""
    fixed = []
    free = None
    for i in range(len(powers)):
        candidates = [] if free is None else [free[1:]]
        try:
            candidates.append(remez(grid, list(zip(fixed, powers)), powers[i:], 12)[0])
        except ZeroDivisionError:  # nothing is left to correct
            pass
        free = min(candidates, key=lambda rest: largest_error(grid, fixed + rest))
        fixed.append(round_to(free[0], bits))
    return fixed, largest_error(grid, fixed)


def near_zero(f, limit):
    """f, whose quotient loses its digits at zero, with a limit there."""
    return lambda t: f(t) if abs(t) > mpf(10) ** -12 else limit(t)


LN2, LN10 = mp.log(2), mp.log(10)
HALF_STEP = LN2 / 2 * mpf('1.001')
HALF_STEP_10 = mp.log10(2) / 2 * mpf('1.001')
QUARTER_PI_SQUARED = (mp.pi / 4 * mpf('1.0005')) ** 2
ATANH_SQUARED = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1) * mpf('1.001')) ** 2
root = mp.sqrt

# name: (what the table approximates, function of t, weight, from, to, goals in bits for float and double)
TABLES = {
    'exp': ('exp(t) = 1 + t + t²·P(t)',
            near_zero(lambda t: (mp.expm1(t) - t) / t ** 2, lambda t: mpf(1) / 2 + t / 6),
            lambda t: t ** 2, -HALF_STEP, HALF_STEP, 28, 60),
    'exp2': ('exp2(t) = 1 + t·P(t)',
             near_zero(lambda t: mp.expm1(t * LN2) / t, lambda t: LN2 + t * LN2 ** 2 / 2),
             lambda t: mpf(1), mpf('-0.501'), mpf('0.501'), 27, 58),
    'exp10': ('10^t = 1 + t·P(t)',
              near_zero(lambda t: mp.expm1(t * LN10) / t, lambda t: LN10 + t * LN10 ** 2 / 2),
              lambda t: mpf(1), -HALF_STEP_10, HALF_STEP_10, 26, 56),
    'log': ('log(1 + t) = t − t²/2 + t³·P(t)',
            near_zero(lambda t: (mp.log1p(t) - t + t ** 2 / 2) / t ** 3, lambda t: mpf(1) / 3 - t / 4),
            lambda t: t ** 2, root(mpf(1) / 2) - 1 - mpf('1e-5'), root(2) - 1 + mpf('1e-5'), 27, 0),
    'atanh': ('2·atanh(s) = 2·s + s·t·P(t), t = s²',
              near_zero(lambda t: (2 * mp.atanh(root(t)) / root(t) - 2) / t, lambda t: mpf(2) / 3 + 2 * t / 5),
              lambda t: t, mpf(0), ATANH_SQUARED, 31, 59),
    'atanh_far': ('2·atanh(s) = 2·s + 2/3·s³ + s·t²·P(t), t = s²',
                  near_zero(lambda t: ((2 * mp.atanh(root(t)) / root(t) - 2) / t - mpf(2) / 3) / t,
                            lambda t: mpf(2) / 5 + 2 * t / 7),
                  lambda t: t ** 2, mpf(0), ATANH_SQUARED, 36, 68),
    'sin': ('sin(x) = x + x·t·P(t), t = x²',
            near_zero(lambda t: (mp.sin(root(t)) / root(t) - 1) / t, lambda t: -mpf(1) / 6 + t / 120),
            lambda t: t, mpf(0), QUARTER_PI_SQUARED, 30, 60),
    'cos': ('cos(x) = 1 + t·P(t), t = x², P(0) = −1/2',
            near_zero(lambda t: (mp.cos(root(t)) - 1) / t, lambda t: -mpf(1) / 2 + t / 24),
            lambda t: t, mpf(0), QUARTER_PI_SQUARED, 30, 60),
    'tan': ('tan(x) = x + x·t·P(t), t = x²',
            near_zero(lambda t: (mp.tan(root(t)) / root(t) - 1) / t, lambda t: mpf(1) / 3 + 2 * t / 15),
            lambda t: t, mpf(0), QUARTER_PI_SQUARED, 27, 58),
    'asin': ('asin(x) = x + x·t·P(t), t = x²',
             near_zero(lambda t: (mp.asin(root(t)) / root(t) - 1) / t, lambda t: mpf(1) / 6 + 3 * t / 40),
             lambda t: t, mpf(0), mpf('0.2501'), 28, 58),
    'atan': ('atan(x) = x + x·t·P(t), t = x²',
             near_zero(lambda t: (mp.atan(root(t)) / root(t) - 1) / t, lambda t: -mpf(1) / 3 + t / 5),
             lambda t: t, mpf(0), mpf('0.5005') ** 2, 28, 58),
    'sinh': ('sinh(x) = x + x·t·P(t), t = x²',
             near_zero(lambda t: (mp.sinh(root(t)) / root(t) - 1) / t, lambda t: mpf(1) / 6 + t / 120),
             lambda t: t, mpf(0), mpf('0.5505') ** 2, 29, 60),
    'cosh': ('cosh(x) = 1 + t·P(t), t = x², P(0) = 1/2',
             near_zero(lambda t: (mp.cosh(root(t)) - 1) / t, lambda t: mpf(1) / 2 + t / 24),
             lambda t: t, mpf(0), mpf('0.5505') ** 2, 29, 60),
    'tanh': ('tanh(x) = x + x·t·P(t), t = x²',
             near_zero(lambda t: (mp.tanh(root(t)) / root(t) - 1) / t, lambda t: -mpf(1) / 3 + 2 * t / 15),
             lambda t: t, mpf(0), mpf('0.3002'), 27, 58),
    'cbrt': ('cbrt(t) ≈ P(t)', lambda t: mp.cbrt(t), lambda t: mpf(1), mpf('0.7'), mpf('1.42'), 11, 11),
}
FIXED = {'cos': mpf(-1) / 2, 'cosh': mpf(1) / 2}  # leading coefficients that must be exact
# sin and cos share their steps on every lane, so that they need equally many terms.
EQUAL = {'sin': {24: 4, 53: 7}, 'cos': {24: 4, 53: 7}}


def table(name, bits):
    """Lines of C++ of one table."""
    _, f, weight, a, b, goal_float, goal_double = TABLES[name]
    goal = goal_float if bits == 24 else goal_double
    if goal == 0:
        return []
    lead = [FIXED[name]] if name in FIXED else []
    grid = Grid(f, weight, a, b)
    if lead:
        tail = near_zero(lambda t: (f(t) - lead[0]) / t, lambda t: (f(mpf(10) ** -9) - lead[0]) / mpf(10) ** -9)
        grid = Grid(tail, lambda t: weight(t) * t, a, b)
    count = EQUAL.get(name, {}).get(bits, 3) - len(lead)
    while name not in EQUAL and remez(grid, [], list(range(count)), 10)[1] > mpf(2) ** -goal:
        count += 1
    coefficients, worst = fit(grid, list(range(count)), bits)
    coefficients = lead + coefficients
    type_name = 'float' if bits == 24 else 'double'
    lines = [f'  // error 2^{mp.nstr(mp.log(worst, 2), 4)}',
             f'  static constexpr {type_name} {name}[] = {{']
    numbers = [number(c, bits) for c in coefficients]
    for i in range(0, len(numbers), 4):
        lines.append('      ' + ', '.join(numbers[i:i + 4]) + (',' if i + 4 < len(numbers) else '};'))
    return lines


def split(x, sizes):
    """x as a sum of parts that have at most so many bits each; the last is rounded, the others are cut off."""
    parts = []
    for size in sizes[:-1]:
        unit = mp.ldexp(mpf(1), int(mp.floor(mp.log(abs(x), 2))) + 1 - size)
        parts.append(mp.floor(x / unit) * unit)
        x -= parts[-1]
    return parts + [round_to(x, sizes[-1])]


def fixed_split(x, bits, count, last):
    """As split, every part but the last a multiple of 2^-bits times the unit of the one before."""
    parts = []
    for i in range(count):
        unit = mp.ldexp(mpf(1), 1 - bits * (i + 1))
        parts.append(mp.floor(x / unit) * unit)
        x -= parts[-1]
    return parts + [round_to(x, last)]


def constants(bits):
    """Numbers in parts: a product of the first ones with the integers they meet is exact."""
    half = 12 if bits == 24 else 26
    exponent = 15 if bits == 24 else 42  # leaves room for a factor as large as any exponent
    step = 13 if bits == 24 else 30      # leaves room for the number of quarter turns in the quick reduction
    pi = mp.pi
    return [
        ('log2_e', [round_to(1 / LN2, bits)]),
        ('log2_10', [round_to(mp.log(10, 2), bits)]),
        ('ln2', split(LN2, [exponent, bits])),
        ('log10_2', split(mp.log10(2), [exponent, bits])),
        ('log2_e_parts', split(1 / LN2, [half, bits])),
        ('log10_e_parts', split(1 / LN10, [half, bits])),
        ('log2_e_pair', [round_to(1 / LN2, bits), round_to(1 / LN2 - round_to(1 / LN2, bits), bits)]),
        ('two_thirds', [round_to(mpf(2) / 3, bits), round_to(mpf(2) / 3 - round_to(mpf(2) / 3, bits), bits)]),
        ('two_over_pi', [round_to(2 / pi, bits)]),
        ('half_pi_steps', fixed_split(pi / 2, step, 3, bits)),
        ('half_pi_parts', split(pi / 2, [half, half, bits])),
        ('half_pi', [round_to(pi / 2, bits), round_to(pi / 2 - round_to(pi / 2, bits), bits)]),
        ('pi', [round_to(pi, bits), round_to(pi - round_to(pi, bits), bits)]),
    ]


def number(x, bits):
    digits = float(x).hex().replace('.0000000000000p', 'p')
    mantissa, exponent = digits.split('p')
    mantissa = mantissa.rstrip('0') if '.' in mantissa else mantissa
    return mantissa + 'p' + exponent.lstrip('+') + ('f' if bits == 24 else '')


def print_constants(bits, type_name):
    print(f'template <>\nstruct constants<{type_name}> {{')
    for name, parts in constants(bits):
        if len(parts) == 1:
            print(f'  static constexpr {type_name} {name} = {number(parts[0], bits)};')
        else:
            print(f'  static constexpr {type_name} {name}[] = {{{", ".join(number(p, bits) for p in parts)}}};')
    print('};\n')


def print_words():
    mp.dps = 500
    value = 2 / mp.pi
    words = ['0x00000000u']
    for _ in range(39):
        value *= mpf(2) ** 32
        words.append(f'0x{int(mp.floor(value)):08x}u')
        value -= mp.floor(value)
    print('// 2/π in binary, after 32 bits of integer part.')
    print('inline constexpr std::uint32_t two_over_pi_words[] = {')
    for i in range(0, len(words), 6):
        print('    ' + ', '.join(words[i:i + 6]) + ',')
    print('};\n')


def one(job):
    return table(*job)


def main():
    names = sys.argv[1:] or list(TABLES)
    jobs = [(name, bits) for bits in (24, 53) for name in names]
    with Pool(2) as pool:
        made = dict(zip(jobs, pool.map(one, jobs, chunksize=1)))
    print('// Written by bench/tools/minimax.py: do not edit. Lowest power first.\n#pragma once\n\n#include <cstdint>\n')
    print('namespace tandem::math {\n')
    print('template <class Scalar>\nstruct coefficients;\ntemplate <class Scalar>\nstruct constants;\n')
    print_constants(24, 'float')
    print_constants(53, 'double')
    for bits, type_name in ((24, 'float'), (53, 'double')):
        print(f'template <>\nstruct coefficients<{type_name}> {{')
        for name in names:
            if made[name, bits]:
                print(f'  // {TABLES[name][0]}')
                print('\n'.join(made[name, bits]))
        print('};\n')
    print_words()
    print('} // namespace tandem::math')


if __name__ == '__main__':
    main()
