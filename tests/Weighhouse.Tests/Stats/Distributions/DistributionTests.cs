using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Distributions;

public class DistributionTests
{
    /// <summary>What SciPy's own functions are good for where tails grow small.</summary>
    private const double SciPy = 1e-12;

    private static PythonOracle Oracle() => new("from scipy import stats, special");

    [Fact]
    public async Task Normal_tails_and_quantiles_are_SciPys()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var oracle = Oracle();
        double[] values = [-37, -20, -8.5, -3, -2, -1.5, -0.1, 0, 1e-8, 0.7, 1.96, 2, 2.0001, 3, 6, 12, 30, 37];
        double[] chances = [1e-300, 1e-100, 1e-20, 1e-9, 0.001, 0.025, 0.074, 0.0751, 0.3, 0.5, 0.6, 0.925, 0.975, 0.999999];
        oracle.Let("x", values).Let("p", chances);
        oracle.Expect("stats.norm.cdf(x)", [.. values.Select(NormalDistribution.Cdf)], 1e-12);
        oracle.Expect("stats.norm.sf(x)", [.. values.Select(NormalDistribution.Survival)], 1e-12);
        oracle.Expect("stats.norm.ppf(p)", [.. chances.Select(NormalDistribution.Quantile)], SciPy);
        await oracle.CheckAsync();
    }

    [Fact]
    public async Task Gamma_and_chi_squared_are_SciPys()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var oracle = Oracle();
        double[] values = [1e-10, 0.003, 0.5, 1, 2, 5, 9.5, 10, 11, 30, 99, 100, 120, 400, 1100];
        oracle.Let("x", values);
        foreach (var degrees in new[] { 0.7, 1, 2, 3, 10, 50, 200, 999 })
        {
            oracle.Expect($"stats.chi2.cdf(x, {degrees})", [.. values.Select(value => ChiSquaredDistribution.Cdf(value, degrees))], SciPy);
            oracle.Expect($"stats.chi2.sf(x, {degrees})", [.. values.Select(value => ChiSquaredDistribution.Survival(value, degrees))],
                SciPy);
            foreach (var chance in new[] { 1e-12, 0.001, 0.05, 0.5, 0.99 })
                oracle.Expect($"stats.chi2.isf({chance:R}, {degrees})", ChiSquaredDistribution.UpperQuantile(chance, degrees), SciPy);
        }

        double[] positive = [1e-5, 0.1, 0.5, 1.5, 3, 7.2, 20, 171, 1e5, 1e10];
        oracle.Let("g", positive).Expect("special.gammaln(g)", [.. positive.Select(GammaDistribution.LogGamma)], SciPy);
        await oracle.CheckAsync();
    }

    [Fact]
    public async Task Beta_t_F_and_binomial_are_SciPys()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var oracle = Oracle();
        double[] shares = [1e-12, 0.001, 0.1, 0.25, 0.4, 0.5, 0.61, 0.9, 0.9999];
        double[] values = [-40, -5, -1.2, -0.01, 0, 0.3, 1, 2.5, 10, 1000];
        oracle.Let("x", shares).Let("t", values);
        foreach (var (first, second) in new[] { (0.5, 0.5), (1, 1), (2, 3), (0.1, 30), (40, 7), (300, 400), (5000, 3.5) })
        {
            oracle.Expect($"stats.beta.cdf(x, {first}, {second})", [.. shares.Select(value => BetaDistribution.Cdf(value, first, second))],
                1e-12);
            foreach (var chance in new[] { 1e-6, 0.025, 0.5, 0.975 })
                oracle.Expect($"stats.beta.ppf({chance:R}, {first}, {second})", BetaDistribution.Quantile(chance, first, second), 1e-11);
        }

        foreach (var degrees in new[] { 1, 2, 3.5, 10, 99, 5000 })
        {
            oracle.Expect($"stats.t.sf(t, {degrees})", [.. values.Select(value => StudentDistribution.Survival(value, degrees))], 1e-12);
            // SciPy's quantile of t has eleven digits: at one degree of freedom it is tan(0.475 π) and SciPy is 2e-11 off.
            oracle.Expect($"stats.t.ppf(0.975, {degrees})", StudentDistribution.Quantile(0.975, degrees), 1e-10);
            oracle.Expect($"stats.f.sf([0.1, 1, 3, 50], {degrees}, 7)",
                [.. new[] { 0.1, 1, 3, 50 }.Select(value => FisherDistribution.Survival(value, degrees, 7))], 1e-11);
        }

        foreach (var (hits, trials, chance) in new[] { (0L, 10L, 0.3), (3, 10, 0.3), (10, 10, 0.3), (45, 100, 0.5), (9000, 10_000, 0.91) })
        {
            oracle.Expect($"stats.binom.cdf({hits}, {trials}, {chance})", BinomialDistribution.Cdf(hits, trials, chance), 1e-12);
            oracle.Expect($"stats.binom.sf({hits}, {trials}, {chance})", BinomialDistribution.Survival(hits, trials, chance), 1e-12);
            oracle.Expect($"stats.binom.pmf({hits}, {trials}, {chance})", BinomialDistribution.Probability(hits, trials, chance), 1e-11);
        }

        await oracle.CheckAsync();
    }

    [Fact]
    public async Task Kolmogorovs_distribution_is_SciPys_for_few_and_many()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var oracle = Oracle();
        foreach (var count in new[] { 1, 2, 10, 50, 139, 141, 1000, 5000, 200_000 })
            foreach (var scaled in new[] { 0.3, 0.45, 0.6, 0.9, 1.2, 1.6, 2.1, 3, 6 })
                if (scaled / Math.Sqrt(count) < 1)
                    oracle.Expect($"stats.kstwo.sf({scaled / Math.Sqrt(count):R}, {count})",
                        KolmogorovDistribution.Survival(scaled / Math.Sqrt(count), count), 1e-9);
        await oracle.CheckAsync();
    }

    [Theory]
    // From tables of 30 digits.
    [InlineData(1, 0.15865525393145705141)]
    [InlineData(2, 0.02275013194817920721)]
    [InlineData(5, 2.8665157187919391167e-7)]
    [InlineData(10, 7.6198530241605260660e-24)]
    [InlineData(30, 4.9067139271481870595e-198)]
    public void Normal_tails_are_right_to_the_last_bits(double value, double expected) =>
        Tolerance.Check(NormalDistribution.Survival(value), expected, 3e-15);

    [Fact]
    public void Quantiles_turn_tails_round()
    {
        foreach (var chance in new[] { 1e-250, 1e-30, 1e-5, 0.01, 0.2, 0.5 })
        {
            Tolerance.Check(NormalDistribution.Cdf(NormalDistribution.Quantile(chance)), chance, 1e-13);
            Tolerance.Check(ChiSquaredDistribution.Survival(ChiSquaredDistribution.UpperQuantile(chance, 3), 3), chance, 1e-12);
            Tolerance.Check(BetaDistribution.Cdf(BetaDistribution.Quantile(chance, 2, 5), 2, 5), chance, 1e-13);
        }

        Tolerance.Check(StudentDistribution.Quantile(0.975, 1), Math.Tan(0.475 * Math.PI), 1e-14);
        Tolerance.Check(StudentDistribution.Quantile(0.975, 2), 0.95 * Math.Sqrt(2 / (1 - 0.95 * 0.95)), 1e-14);
        Assert.Equal(double.NegativeInfinity, NormalDistribution.Quantile(0));
        Assert.Equal(double.PositiveInfinity, NormalDistribution.Quantile(1));
    }
}
