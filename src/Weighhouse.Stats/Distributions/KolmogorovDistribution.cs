using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// The largest distance between an empirical distribution of n values and the true one, and between two empirical ones. For one sample
/// the methods change with n and x as Simard and L'Ecuyer (2011) advise and SciPy does.
/// </summary>
public static class KolmogorovDistribution
{
    /// <summary>Up to here every answer is exact; beyond it the centre is Pelz and Good's expansion.</summary>
    private const int SmallCount = 140;

    /// <summary>The chance of a distance of at least <paramref name="distance"/> for <paramref name="count"/> values.</summary>
    public static double Survival(double distance, long count)
    {
        Invariant.That(count > 0);
        if (distance >= 1) return 0;
        var scaled = count * distance;
        if (scaled <= 0.5) return 1;
        if (scaled <= 1) return 1 - RubenGambino(scaled, count);
        if (scaled >= count - 1) return 2 * Math.Pow(1 - distance, count);
        var size = scaled * distance;
        if (size >= 370) return 0;
        if (distance >= 0.5 || size > 4 || (count > SmallCount && size >= 2.2)) return Math.Min(1, 2 * OneSided(distance, count));
        var cdf = count <= SmallCount || (count <= 100_000 && scaled * Math.Sqrt(distance) <= 1.4)
            ? Durbin(distance, (int)count)
            : PelzGood(distance, count);
        return Math.Clamp(1 - cdf, 0, 1);
    }

    /// <summary>Exactly the chance that two samples of one continuous distribution lie so far apart.</summary>
    /// <param name="gap">The largest |i·m − j·n| over the merged samples, which is the distance times n·m.</param>
    public static double TwoSample(long gap, int first, int second)
    {
        Invariant.That(first > 0 && second > 0 && gap >= 0);
        if (gap == 0) return 1;
        // The chance that a random lattice path has left the corridor when it comes by (i, j): every term is positive, so that small
        // chances keep their digits.
        var left = new double[second + 1];
        Array.Fill(left, 1);
        for (var i = 0; i <= first; i++)
        {
            var middle = (long)i * second;
            var from = Math.Max(0, (middle - gap) / first - 1);
            while (middle - from * first >= gap) left[from++] = 1;
            for (var j = (int)from; j <= second && (long)j * first - middle < gap; j++)
            {
                if (i + j == 0) left[j] = 0;
                else left[j] = (i * left[j] + (j == 0 ? 0 : j * left[j - 1])) / (i + j);
            }
        }

        return left[second];
    }

    private static double RubenGambino(double scaled, long count) =>
        Math.Exp(Stirling.Error(count) + 0.5 * Math.Log(2 * Math.PI * count) - count + count * Math.Log(2 * scaled - 1));

    /// <summary>Smirnov's sum for the distance to one side, from its largest terms in the middle outwards to those that no longer
    /// count.</summary>
    private static double OneSided(double distance, long count)
    {
        var sum = new NeumaierSum();
        var last = (long)Math.Floor(count * (1 - distance));
        // Of few values every term may count.
        var negligible = count > 1000 ? 1e-18 : 0;
        for (var at = last / 2; at <= last; at++)
            if (!Add(at)) break;
        for (var at = last / 2 - 1; at >= 0; at--)
            if (!Add(at)) break;
        return distance * sum.Value;

        bool Add(long at)
        {
            var chance = distance + (double)at / count;
            var otherwise = Math.Max(0, (count - at) / (double)count - distance);
            var term = Stirling.Binomial(at, count, chance, otherwise) / chance;
            sum.Add(term);
            return term > negligible * sum.Value || negligible == 0;
        }
    }

    /// <summary>Durbin's matrix, raised to the n-th power as Marsaglia, Tsang and Wang (2003) do.</summary>
    private static double Durbin(double distance, int count)
    {
        var scaled = count * distance;
        var half = (int)Math.Ceiling(scaled);
        var size = 2 * half - 1;
        var matrix = DurbinMatrix(size, half - scaled);
        var power = new ScaledMatrix(size);
        for (var left = count; left > 0; left /= 2)
        {
            if (left % 2 == 1) power = power.Times(matrix);
            if (left > 1) matrix = matrix.Times(matrix);
        }

        var (value, exponent) = (power[half - 1, half - 1], power.Exponent);
        for (var at = 1; at <= count; at++)
        {
            value = value * at / count;
            if (value is 0 or >= 1e-140) continue;
            value *= 1e140;
            exponent -= 140;
        }

        return value * Math.Pow(10, exponent);
    }

    private static ScaledMatrix DurbinMatrix(int size, double rest)
    {
        var matrix = new ScaledMatrix(size);
        var factorial = 1.0;
        var inverse = new double[size + 1];
        for (var at = 0; at <= size; at++)
        {
            inverse[at] = factorial;
            factorial /= at + 1;
        }

        for (var row = 0; row < size; row++)
            for (var column = 0; column < size; column++)
                matrix[row, column] = row - column + 1 < 0 ? 0 : inverse[row - column + 1];
        for (var at = 0; at < size; at++)
        {
            var border = (1 - Math.Pow(rest, at + 1)) * inverse[at + 1];
            matrix[at, 0] = border;
            matrix[size - 1, size - 1 - at] = border;
        }

        matrix[size - 1, 0] = (1 + Math.Pow(Math.Max(2 * rest - 1, 0), size) - 2 * Math.Pow(rest, size)) * inverse[size];
        return matrix;
    }

    /// <summary>The expansion of Pelz and Good (1976) in powers of 1/√n, its theta functions turned for quick convergence.</summary>
    private static double PelzGood(double distance, long count)
    {
        const double Pi2 = Math.PI * Math.PI;
        var z = Math.Sqrt(count) * distance;
        var z2 = z * z;
        var z4 = z2 * z2;
        var z6 = z4 * z2;
        if (-Pi2 / 8 / z2 < -708) return 0;
        var (k0, k1, k2, k3) = (new NeumaierSum(), new NeumaierSum(), new NeumaierSum(), new NeumaierSum());
        var terms = (int)Math.Ceiling(16 * z / Math.PI);
        for (var k = terms; k >= 0; k--)
        {
            double odd = 2 * k + 1;
            var m2 = odd * odd * Pi2 / 4;
            var weight = Math.Exp(-m2 / 2 / z2);
            k0.Add(weight);
            k1.Add(weight * (m2 - z2));
            k2.Add(weight * (6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * m2 + (1 - 2 * z2) * m2 * m2));
            k3.Add(weight * (-30 * z6 - 90 * z4 * z4 + (135 * z4 - 96 * z6) * m2 + (212 * z4 - 60 * z2) * m2 * m2
                + (5 - 30 * z2) * m2 * m2 * m2));
        }

        var (extra2, extra3) = (new NeumaierSum(), new NeumaierSum());
        for (var k = terms; k >= 1; k--)
        {
            var square = Pi2 * k * k;
            var weight = Math.Exp(-square / 2 / z2);
            extra2.Add(square * weight);
            extra3.Add((3 * z2 - square) * square * weight);
        }

        var root = Math.Sqrt(2 * Math.PI);
        var n = Math.Sqrt(count);
        return root * (k0.Value / z
            + k1.Value / (6 * z4) / n
            + (k2.Value / (72 * z6 * z) - extra2.Value / (36 * z2 * z)) / (n * n)
            + (k3.Value / (6480 * z6 * z4) + extra3.Value / (216 * z6)) / (n * n * n));
    }

    /// <summary>A square matrix of doubles times a power of ten, as its powers leave the range of doubles.</summary>
    private sealed class ScaledMatrix
    {
        private readonly int _size;
        private readonly double[] _cells;

        /// <summary>The identity.</summary>
        public ScaledMatrix(int size)
        {
            (_size, _cells) = (size, new double[size * size]);
            for (var at = 0; at < size; at++) this[at, at] = 1;
        }

        public int Exponent { get; private set; }

        public double this[int row, int column]
        {
            get => _cells[row * _size + column];
            set => _cells[row * _size + column] = value;
        }

        public ScaledMatrix Times(ScaledMatrix other)
        {
            var product = new ScaledMatrix(_size) { Exponent = Exponent + other.Exponent };
            Array.Clear(product._cells);
            for (var row = 0; row < _size; row++)
                for (var inner = 0; inner < _size; inner++)
                {
                    var cell = this[row, inner];
                    if (cell == 0) continue;
                    for (var column = 0; column < _size; column++)
                        product._cells[row * _size + column] += cell * other._cells[inner * _size + column];
                }

            if (product[_size / 2, _size / 2] <= 1e140) return product;
            for (var at = 0; at < product._cells.Length; at++) product._cells[at] *= 1e-140;
            product.Exponent += 140;
            return product;
        }
    }
}
