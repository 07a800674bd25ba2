namespace Weighhouse.Data;

/// <summary>Kinds whose jobs are claimed together, and how many of them may run in this process at the same time.</summary>
internal sealed class JobShare
{
    private JobShare(IEnumerable<IJobHandler> handlers, int runsAtOnceMax)
    {
        Kinds = handlers.Select(static handler => handler.Kind).ToHashSet(StringComparer.Ordinal);
        RunsAtOnceMax = runsAtOnceMax;
    }

    public IReadOnlySet<string> Kinds { get; }

    public int RunsAtOnceMax { get; }

    public bool Has(string kind) => Kinds.Contains(kind);

    /// <summary>One for all kinds without a limit of their own, and one for each other.</summary>
    public static List<JobShare> Of(IEnumerable<IJobHandler> handlers)
    {
        var limits = handlers.ToLookup(static handler => handler.RunsAtOnceMax < int.MaxValue);
        List<JobShare> shares = [.. limits[true].Select(static handler => new JobShare([handler], handler.RunsAtOnceMax))];
        if (limits[false].Any()) shares.Add(new JobShare(limits[false], int.MaxValue));
        return shares;
    }
}
