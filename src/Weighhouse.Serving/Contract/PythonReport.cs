namespace Weighhouse.Serving;

/// <summary>The Python that models would run in.</summary>
/// <param name="Path">The interpreter itself, where a name leads to a script that chooses one.</param>
/// <param name="Packages">Those that models mostly need, as far as it has them, with their versions.</param>
/// <param name="WhyNotIsolated">Why workers cannot be shut in on this machine; null when they can.</param>
public sealed record PythonReport(
    string Path, string Version, IReadOnlyDictionary<string, string> Packages, string? WhyNotIsolated);
