using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Search;

/// <summary>A search of runs, read and checked but for who may see what.</summary>
/// <param name="After">The place where the page before ended; null for the first page.</param>
/// <param name="Text">What a page token is bound to.</param>
internal sealed record RunQuery(
    IReadOnlyList<ExperimentId> Experiments, FilterNode Filter, RunOrder Order, StageView View, int Size, RunEntry? After, string Text)
{
    public static Result<RunQuery> Of(RunSearch search, TrackingOptions options)
    {
        if (PageSizes.Refuse(search.Page.Size, options.SearchPageMax) is { } refusal) return refusal;
        if (search.Experiments.Count > options.SearchExperimentsMax)
            return Error.Invalid(
                $"The search names {search.Experiments.Count} experiments; at most {options.SearchExperimentsMax} are allowed. Split it "
                + "up.",
                "experiment_ids");
        var dialect = search.Dialect is SearchDialect.Mlflow ? FilterDialect.Mlflow : FilterDialect.Native;
        if (!FilterParser.Parse(search.Filter, SearchVocabularies.Runs, dialect).TryGet(out var filter, out var error)) return error;
        if (!FilterOrder.Parse(search.OrderBy, SearchVocabularies.Runs, dialect).TryGet(out var terms, out error)) return error;
        var order = new RunOrder(terms);
        var text = $"runs|{string.Join(',', search.Experiments)}|{search.View}|{search.Filter}|{order}";
        var decoded = order.Decode(text, search.Page.Token);
        if (decoded.Error is { } badToken) return badToken;
        return new RunQuery([.. search.Experiments.Distinct()], filter, order, search.View, search.Page.Size, decoded.Value, text);
    }
}
