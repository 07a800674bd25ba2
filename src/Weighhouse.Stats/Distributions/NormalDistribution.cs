namespace Weighhouse.Stats;

/// <summary>The standard normal distribution.</summary>
public static class NormalDistribution
{
    private const double InverseRootTwoPi = 0.39894228040143267794;

    /// <summary>Within this the series is exact to a few last bits; beyond it the tail is a continued fraction.</summary>
    private const double SeriesUpTo = 2;

    // Wichura's algorithm AS 241 (1988), from the highest power down.
    private static readonly double[] CentreAbove =
    [
        2.5090809287301226727e+3, 3.3430575583588128105e+4, 6.7265770927008700853e+4, 4.5921953931549871457e+4,
        1.3731693765509461125e+4, 1.9715909503065514427e+3, 1.3314166789178437745e+2, 3.3871328727963666080e+0,
    ];

    private static readonly double[] CentreBelow =
    [
        5.2264952788528545610e+3, 2.8729085735721942674e+4, 3.9307895800092710610e+4, 2.1213794301586595867e+4,
        5.3941960214247511077e+3, 6.8718700749205790830e+2, 4.2313330701600911252e+1, 1,
    ];

    private static readonly double[] MiddleAbove =
    [
        7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e+0,
        3.64784832476320460504e+0, 5.76949722146069140550e+0, 4.63033784615654529590e+0, 1.42343711074968357734e+0,
    ];

    private static readonly double[] MiddleBelow =
    [
        1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
        6.89767334985100004550e-1, 1.67638483018380384940e+0, 2.05319162663775882187e+0, 1,
    ];

    private static readonly double[] FarAbove =
    [
        2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
        2.96560571828504891230e-1, 1.78482653991729133580e+0, 5.46378491116411436990e+0, 6.65790464350110377720e+0,
    ];

    private static readonly double[] FarBelow =
    [
        2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
        1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1,
    ];

    public static double Density(double value) => InverseRootTwoPi * Math.Exp(-value * value / 2);

    public static double Cdf(double value) => Survival(-value);

    public static double Survival(double value)
    {
        if (double.IsNaN(value)) return double.NaN;
        if (value < -SeriesUpTo) return 1 - Tail(-value);
        return value > SeriesUpTo ? Tail(value) : 0.5 - Centre(value);
    }

    /// <summary>The chance of a value at least as far from 0, to either side.</summary>
    public static double TwoSided(double value) => Math.Min(1, 2 * Survival(Math.Abs(value)));

    public static double Quantile(double probability)
    {
        if (!(probability is >= 0 and <= 1)) return double.NaN;
        if (probability == 0) return double.NegativeInfinity;
        if (probability == 1) return double.PositiveInfinity;
        var centred = probability - 0.5;
        if (Math.Abs(centred) <= 0.425)
        {
            var place = 0.180625 - centred * centred;
            return centred * Polynomial(CentreAbove, place) / Polynomial(CentreBelow, place);
        }

        var root = Math.Sqrt(-Math.Log(centred < 0 ? probability : 1 - probability));
        var size = root <= 5
            ? Polynomial(MiddleAbove, root - 1.6) / Polynomial(MiddleBelow, root - 1.6)
            : Polynomial(FarAbove, root - 5) / Polynomial(FarBelow, root - 5);
        return centred < 0 ? -size : size;
    }

    /// <summary>How many standard errors an interval of this level reaches to either side.</summary>
    internal static double Reach(double level) => -Quantile((1 - level) / 2);

    private static double Polynomial(double[] coefficients, double at)
    {
        var value = 0.0;
        foreach (var coefficient in coefficients) value = value * at + coefficient;
        return value;
    }

    /// <summary>The area from 0 to the value: φ(z) (z + z³/3 + z⁵/15 + …).</summary>
    private static double Centre(double value)
    {
        var (sum, term) = (value, value);
        for (var odd = 3; ; odd += 2)
        {
            term *= value * value / odd;
            var next = sum + term;
            if (next == sum) return sum * Density(value);
            sum = next;
        }
    }

    /// <summary>The area beyond a value over 2: φ(z) / (z + 1/(z + 2/(z + …))).</summary>
    private static double Tail(double value)
    {
        var density = ExactDensity(value);
        if (density == 0) return 0;
        var fraction = new ContinuedFraction(value);
        for (var at = 1; !fraction.IsDone; at++) fraction.Add(at, value);
        return density / fraction.Value;
    }

    /// <summary>The rounding of z² is an error of the exponent, and so a relative one of the result: it is added back.</summary>
    private static double ExactDensity(double value)
    {
        var square = value * value;
        var lost = Math.FusedMultiplyAdd(value, value, -square);
        return InverseRootTwoPi * Math.Exp(-square / 2) * (1 - lost / 2);
    }
}
