using Weighhouse.Kernel;
using Weighhouse.Tracking.Tags;

namespace Weighhouse.Tracking.Search;

/// <summary>Where each field of a run is kept.</summary>
internal static class RunFields
{
    private static readonly (long Number, string Name)[] Statuses =
    [
        ((long)RunStatus.Running, "RUNNING"), ((long)RunStatus.Scheduled, "SCHEDULED"), ((long)RunStatus.Finished, "FINISHED"),
        ((long)RunStatus.Failed, "FAILED"), ((long)RunStatus.Killed, "KILLED"),
    ];

    /// <summary>The column of tracking_metrics that a part of a metric is in.</summary>
    public static string MetricColumn(FilterField field) => field.Part switch
    {
        null or "latest" => "latest",
        "min" => "min",
        "max" => "max",
        "best" => MetricGoal.LessIsBetter(field.Key) ? "min" : "max",
        _ => Invariant.Unreachable<string>(field.Part),
    };

    /// <summary>The column of tracking_runs an attribute is in.</summary>
    public static string AttributeColumn(FilterField field) => field.Key switch
    {
        "artifact_uri" => "artifact_uri",
        "end_time" => "end_ms",
        "run_id" => "run_id",
        "run_name" => "name",
        "start_time" => "start_ms",
        "status" => "status",
        "user_id" => "user_name",
        _ => Invariant.Unreachable<string>(field.Key),
    };

    /// <summary>The table and the key of what is kept as a text by key: params, tags, and the run's name, which is a tag too.</summary>
    public static (string Table, string Key)? KeyedText(FilterField field) => field switch
    {
        { Entity: SearchVocabularies.Param } => ("tracking_params", field.Key),
        { Entity: SearchVocabularies.Tag } => ("tracking_tags", field.Key),
        { Entity: SearchVocabularies.Attribute, Key: "run_name" } => ("tracking_tags", TagWriter.RunNameKey),
        _ => null,
    };

    public static string StatusName(long status)
    {
        foreach (var (number, name) in Statuses)
            if (number == status) return name;
        return "";
    }

    /// <summary>The statuses whose names satisfy the clause.</summary>
    public static IReadOnlyList<long> StatusesOf(FilterClause clause) =>
        [.. Statuses.Where(status => Satisfies(status.Name, clause)).Select(static status => status.Number)];

    private static bool Satisfies(string name, FilterClause clause)
    {
        var value = clause.Values.Count > 0 ? clause.Values[0].Text : "";
        return clause.Operator switch
        {
            FilterOperator.Equal => name == value,
            FilterOperator.NotEqual => name != value,
            FilterOperator.In => clause.Values.Any(each => each.Text == name),
            FilterOperator.NotIn => clause.Values.All(each => each.Text != name),
            FilterOperator.Like => LikePattern.Matches(name, value),
            FilterOperator.NotLike => !LikePattern.Matches(name, value),
            FilterOperator.ILike => LikePattern.Matches(name.ToLowerInvariant(), value.ToLowerInvariant()),
            FilterOperator.NotILike => !LikePattern.Matches(name.ToLowerInvariant(), value.ToLowerInvariant()),
            FilterOperator.Matches => FilterPattern.Compile(value).IsMatch(name),
            FilterOperator.NotMatches => !FilterPattern.Compile(value).IsMatch(name),
            FilterOperator.IsNotNull => true,
            FilterOperator.IsNull => false,
            _ => Invariant.Unreachable<bool>(clause.Operator),
        };
    }
}
