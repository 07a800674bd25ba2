using Weighhouse.Kernel;

namespace Weighhouse.Serving.Canaries;

/// <summary>What a plan may be, and the routes it makes.</summary>
internal static class CanaryRules
{
    /// <summary>The label of the candidate's route: requests reach it by this name, too.</summary>
    public const string Label = "canary";

    private const int StepsMax = 20;
    private const int SecondsMax = 30 * 24 * 60 * 60;
    private const long RequestsMax = 1_000_000_000;

    public static Error? Refuse(CanaryPlan plan)
    {
        if (plan.Steps.Count is 0 or > StepsMax)
            return Error.Invalid($"A canary has 1 to {StepsMax} steps; {plan.Steps.Count} were given.", "steps");
        var before = 0;
        foreach (var percent in plan.Steps)
        {
            if (percent is < 1 or > 99) return Error.Invalid($"A step is 1 to 99 % of the requests; {percent} was given.", "steps");
            if (percent <= before)
                return Error.Invalid($"Each step gives the candidate more than the one before: {percent} follows {before}.", "steps");
            before = percent;
        }

        return RefuseRange(plan.StepRequests, 1, RequestsMax, "stepRequests")
            ?? RefuseRange(plan.StepSeconds, 0, SecondsMax, "stepSeconds")
            ?? RefuseRange(plan.PatienceSeconds, 1, SecondsMax, "patienceSeconds")
            ?? RefuseRange(plan.FalseAlarm, 0.000_001, 0.5, "falseAlarm")
            ?? RefuseRange(plan.Margin, 0.000_001, 1, "margin")
            ?? RefuseRange(plan.SlowTolerance, 1, 100, "slowTolerance")
            ?? (plan.SlowMs is { } slow ? RefuseRange(slow, 0.001, 3_600_000, "slowMs") : null);
    }

    /// <summary>The routes with this many hundredths of the requests going to the candidate.</summary>
    public static Result<IReadOnlyList<DeploymentRoute>> Split(
        IReadOnlyList<DeploymentRoute> routes, DeploymentRoute candidate, int percent, ServingOptions options)
    {
        if (routes.Any(static route => route.Label == Label))
            return Error.Invalid($"The label '{Label}' is the candidate's; give the route that has it another.", "label");
        var total = routes.Sum(static route => (long)route.Weight);
        var split = routes.Select(route => (Route: route, Weight: (long)route.Weight * (100 - percent)))
            .Append((Route: candidate with { Label = Label }, Weight: total * percent)).ToList();
        var divisor = split.Aggregate(0L, static (divisor, part) => GreatestCommonDivisor(divisor, part.Weight));
        if (split.Max(part => part.Weight / divisor) > options.WeightMax)
        {
            return Error.Invalid(
                $"With {percent} % for the candidate a weight would be beyond {options.WeightMax}. Give the routes smaller weights first.",
                "weight");
        }

        return split.Select(part => part.Route with { Weight = (int)(part.Weight / divisor) }).ToList();
    }

    /// <summary>The candidate in the place of every route that takes requests; the others stay.</summary>
    public static IReadOnlyList<DeploymentRoute> Promote(IReadOnlyList<DeploymentRoute> routes, DeploymentRoute candidate)
    {
        var replaced = routes.Where(static route => route.Weight > 0).ToList();
        var label = replaced.Count == 1 ? replaced[0].Label : null;
        return [candidate with { Weight = 1, Label = label }, .. routes.Where(static route => route.Weight == 0)];
    }

    private static Error? RefuseRange(double value, double low, double high, string field) => value >= low && value <= high
        ? null
        : Error.Invalid(FormattableString.Invariant($"{field} is {value}; it is from {low} to {high}."), field);

    private static long GreatestCommonDivisor(long first, long second)
    {
        while (second != 0) (first, second) = (second, first % second);
        return first;
    }
}
