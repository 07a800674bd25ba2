using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Experiments;

/// <summary>Which experiments a search of the native API is about.</summary>
internal static class ExperimentChoice
{
    /// <summary>As many experiments as a page of them has.</summary>
    private const int Max = 1_000;

    /// <summary>The experiments named, or the first thousand the caller may view when none is.</summary>
    public static async ValueTask<Result<IReadOnlyList<ExperimentId>>> OfAsync(
        HttpContext context, IExperiments experiments, IReadOnlyList<string> named)
    {
        var ids = new List<ExperimentId>();
        foreach (var text in named)
        {
            if (!ViewText.ToExperimentId(text).TryGet(out var id, out var error)) return error;
            ids.Add(id);
        }

        if (ids.Count > 0) return ids;
        var all = await experiments.SearchAsync(
            context.Caller(), new ExperimentSearch(null, [], StageView.All, new PageRequest(Max), SearchDialect.Native),
            context.RequestAborted);
        return all.Map<IReadOnlyList<ExperimentId>>(page => [.. page.Items.Select(experiment => experiment.Id)]);
    }
}
