namespace Weighhouse.Stats;

/// <summary>What a test of a hypothesis found.</summary>
/// <param name="Statistic">The test's statistic, in the test's own unit.</param>
/// <param name="PValue">The chance of a statistic at least as extreme when there is nothing to find.</param>
/// <param name="DegreesOfFreedom">Where the null distribution has them; else null.</param>
/// <param name="Reason">Why the test cannot be done; null when it was.</param>
public readonly record struct TestResult(
    string Method, double Statistic, double PValue, double? DegreesOfFreedom = null, string? Reason = null)
{
    public bool IsDefined => Reason is null;

    public static TestResult Undefined(string method, string reason) => new(method, double.NaN, double.NaN, null, reason);
}
