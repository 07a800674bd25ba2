using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Web.Pages;

namespace Weighhouse.Web.Experiments;

/// <param name="IsComplete">Whether no column is left out.</param>
public sealed record FoundColumns(IReadOnlyList<RunColumn> Columns, bool IsComplete);

/// <summary>Columns an experiment could have: the page knows the first, and its chooser asks for the others by what is typed.</summary>
internal static class RunKeyList
{
    /// <summary>Names of each kind on the page itself: 200 names of 250 characters are 50 KB at worst, and nobody reads more.</summary>
    public const int KeysOnPage = 200;
    private const int KeysFound = 200;
    private const string OwnTags = "mlflow.";

    public static async ValueTask<IResult> AnswerAsync(PageCall call)
    {
        if (!ExperimentId.TryParse(call.Route("id"), out var experiment))
            return ApiProblem.From(Error.NotFound("There is no such experiment."));
        var text = call.Query("q");
        var search = new RunKeySearch(experiment, text, KeysFound);
        var found = await call.Get<IRuns>().FindKeysAsync(call.Caller, search, call.Cancellation);
        if (!found.TryGet(out var keys, out var error)) return ApiProblem.From(error);
        // Tags that clients set for themselves are only for those who ask for them.
        var withOwn = text?.Contains(OwnTags[..^1], StringComparison.OrdinalIgnoreCase) is true;
        var columns = keys.Keys.Where(key => withOwn || IsOffered(key)).Select(RunColumns.Of);
        return Results.Json(new FoundColumns([.. columns], keys.IsComplete), WebJson.Default.FoundColumns);
    }

    public static bool IsOffered(RunKey key) => key.Kind is not RunKeyKind.Tag || !key.Name.StartsWith(OwnTags, StringComparison.Ordinal);
}
