using Weighhouse.Registry.Gates.Rules;

namespace Weighhouse.Registry.Promotions;

/// <summary>Who has approved a request, and who is wanting.</summary>
internal static class Approvals
{
    /// <summary>Those whose last verdict is to approve, of those who count.</summary>
    public static IReadOnlyList<string> Of(Demands demands, StoredRequest request) =>
    [
        .. request.Request.Reviews
            .Where(static review => review.Verdict is not ReviewVerdict.Comment)
            .GroupBy(static review => review.Reviewer, StringComparer.Ordinal)
            .Where(static verdicts => verdicts.Last().Verdict is ReviewVerdict.Approve)
            .Select(static verdicts => verdicts.Key)
            .Where(reviewer => !IsOwn(demands, request, reviewer)),
    ];

    /// <summary>Whether somebody would approve what they asked for or made themselves.</summary>
    public static bool IsOwn(Demands demands, StoredRequest request, string reviewer) =>
        demands.FourEyes && (reviewer == request.Request.AskedBy || reviewer == request.MadeBy);

    /// <param name="open">The request that counts; null when there is none.</param>
    /// <param name="known">The request as it is stored, perhaps expired.</param>
    public static IEnumerable<string> Missing(Demands demands, StoredRequest? open, StoredRequest? known)
    {
        if (open is null)
        {
            yield return known is null
                ? $"stage {demands.Stage.Name} needs {People(demands.Approvals)} to approve: open a promotion request"
                : $"promotion request {known.Request.Number} has expired: open another";
            yield break;
        }

        var number = open.Request.Number;
        var approved = Of(demands, open);
        if (approved.Count < demands.Approvals)
            yield return $"promotion request {number} has {approved.Count} of the {demands.Approvals} approvals it needs";
        foreach (var reviewer in demands.Reviewers.Except(approved, StringComparer.Ordinal))
            yield return $"promotion request {number} waits for the approval of {reviewer}";
    }

    private static string People(int count) => count == 1 ? "one person" : $"{count} people";
}
