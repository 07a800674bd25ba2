using System.Text;
using System.Text.RegularExpressions;
using Weighhouse.Kernel;
using Weighhouse.Tracking;

namespace Weighhouse.Tests.Server.Tracking.Search;

/// <summary>What a search of runs means, said as plainly as can be: filter a list, sort it.</summary>
internal static class NaiveSearch
{
    private static readonly string[] CostWords = ["loss"];

    public static List<string> Find(
        IEnumerable<ModelRun> runs, IReadOnlyCollection<long> experiments, FilterNode filter, IReadOnlyList<FilterOrderTerm> order,
        StageView view)
    {
        var found = runs.Where(run => experiments.Contains(run.Experiment) && Shows(view, run.Lifecycle) && Passes(filter, run)).ToList();
        found.Sort((a, b) => Compare(a, b, order));
        return [.. found.Select(run => run.Id)];
    }

    private static bool Shows(StageView view, LifecycleStage stage) =>
        view is StageView.All || (view is StageView.ActiveOnly) == (stage is LifecycleStage.Active);

    private static bool Passes(FilterNode node, ModelRun run) => node switch
    {
        FilterAll all => all.Parts.All(part => Passes(part, run)),
        FilterAny any => any.Parts.Any(part => Passes(part, run)),
        FilterNot not => !Passes(not.Part, run),
        FilterClause clause => Passes(clause, run),
        _ => throw new InvalidOperationException(),
    };

    private static bool Passes(FilterClause clause, ModelRun run)
    {
        var values = Values(clause.Field, run).ToList();
        if (clause.Operator is FilterOperator.IsNull) return values.Count == 0;
        return values.Exists(value => Satisfies(clause, value));
    }

    private static IEnumerable<object> Values(FilterField field, ModelRun run)
    {
        switch (field.Entity)
        {
            case "metric" when run.Metrics.TryGetValue(field.Key, out var series): return [Part(field, series)];
            case "parameter" when run.Params.TryGetValue(field.Key, out var value): return [value];
            case "tag" when run.Tags.TryGetValue(field.Key, out var value): return [value];
            case "attribute": return Attribute(field.Key, run) is { } attribute ? [attribute] : [];
            case "dataset":
                return run.Datasets.Select(
                    dataset => field.Key switch { "name" => dataset.Name, "digest" => dataset.Digest, _ => dataset.Context })
                    .OfType<object>();
            default: return [];
        }
    }

    private static object Part(FilterField field, (double Latest, double Min, double Max) series) => field.Part switch
    {
        "min" => series.Min,
        "max" => series.Max,
        "best" => CostWords.Any(field.Key.Contains) ? series.Min : series.Max,
        _ => series.Latest,
    };

    private static object? Attribute(string key, ModelRun run) => key switch
    {
        "artifact_uri" => run.ArtifactUri,
        "end_time" => (double?)run.EndMs,
        "run_id" => run.Id,
        "run_name" => run.Name,
        "start_time" => (double)run.StartMs,
        "status" => run.Status.ToString().ToUpperInvariant(),
        "user_id" => run.User,
        _ => throw new InvalidOperationException(key),
    };

    private static bool Satisfies(FilterClause clause, object value)
    {
        if (clause.Operator is FilterOperator.IsNotNull) return true;
        if (value is double number)
        {
            var other = clause.Values.Count > 0 ? clause.Values[0].Number : 0;
            return clause.Operator switch
            {
                FilterOperator.Equal => number == other,
                FilterOperator.NotEqual => number != other,
                FilterOperator.Less => number < other,
                FilterOperator.LessOrEqual => number <= other,
                FilterOperator.Greater => number > other,
                FilterOperator.GreaterOrEqual => number >= other,
                FilterOperator.In => clause.Values.Any(each => each.Number == number),
                FilterOperator.NotIn => clause.Values.All(each => each.Number != number),
                FilterOperator.IsNan => double.IsNaN(number),
                FilterOperator.IsNotNan => !double.IsNaN(number),
                _ => throw new InvalidOperationException(clause.Operator.ToString()),
            };
        }

        var text = (string)value;
        var pattern = clause.Values[0].Text;
        return clause.Operator switch
        {
            FilterOperator.Equal => text == pattern,
            FilterOperator.NotEqual => text != pattern,
            FilterOperator.In => clause.Values.Any(each => each.Text == text),
            FilterOperator.NotIn => clause.Values.All(each => each.Text != text),
            FilterOperator.Like => Like(text, pattern),
            FilterOperator.NotLike => !Like(text, pattern),
            FilterOperator.ILike => Like(text.ToLowerInvariant(), pattern.ToLowerInvariant()),
            FilterOperator.NotILike => !Like(text.ToLowerInvariant(), pattern.ToLowerInvariant()),
            FilterOperator.Matches => Regex.IsMatch(text, pattern),
            FilterOperator.NotMatches => !Regex.IsMatch(text, pattern),
            _ => throw new InvalidOperationException(clause.Operator.ToString()),
        };
    }

    private static bool Like(string text, string pattern) =>
        Regex.IsMatch(text, $"^{Regex.Escape(pattern).Replace("%", ".*").Replace("_", "(?:[\ud800-\udbff][\udc00-\udfff]|.)")}$",
            RegexOptions.Singleline);

    private static int Compare(ModelRun a, ModelRun b, IReadOnlyList<FilterOrderTerm> order)
    {
        foreach (var term in order)
        {
            var x = SortValues(term.Field, a);
            var y = SortValues(term.Field, b);
            var compared = Rank(x).CompareTo(Rank(y));
            if (compared == 0 && Rank(x) == 0)
                compared = (
                    x is double number ? number.CompareTo((double)y!) : CompareBytes((string)x!, (string)y!)) * (term.Ascending ? 1 : -1);
            if (compared != 0) return compared;
        }

        var byStart = order.Any(term => term.Field.Key == "start_time" && term.Field.Entity == "attribute")
            ? 0
            : b.StartMs.CompareTo(a.StartMs);
        return byStart != 0 ? byStart : string.CompareOrdinal(a.Id, b.Id);
    }

    /// <summary>Texts are ordered by their first 200 characters.</summary>
    private static object? SortValues(FilterField field, ModelRun run) => Values(field, run).FirstOrDefault() is string text
        ? string.Concat(text.EnumerateRunes().Take(200).Select(rune => rune.ToString()))
        : Values(field, run).FirstOrDefault();

    private static int Rank(object? value) => value switch
    {
        null => 2,
        double.NaN => 1,
        _ => 0,
    };

    private static int CompareBytes(string a, string b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b));
}
