using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Search;

/// <summary>What runs, experiments and logged models can be searched and ordered by.</summary>
internal static class SearchVocabularies
{
    public const string Metric = "metric";
    public const string Param = "parameter";
    public const string Tag = "tag";
    public const string Attribute = "attribute";
    public const string Dataset = "dataset";

    private static readonly string[] MetricParts = ["latest", "min", "max", "best"];

    public static readonly FilterVocabulary Runs = new(
    [
        new FilterEntity(Metric, FilterType.Number, ["metric", "metrics"], Parts: MetricParts),
        new FilterEntity(Param, FilterType.Text, ["parameter", "parameters", "param", "params"]),
        new FilterEntity(Tag, FilterType.Text, ["tag", "tags"]),
        new FilterEntity(Attribute, FilterType.Text, ["attribute", "attributes", "attr", "run"], Attributes:
        [
            new FilterAttribute("artifact_uri", FilterType.Text),
            new FilterAttribute("end_time", FilterType.Number),
            new FilterAttribute("run_id", FilterType.Text, MlflowLists: true),
            new FilterAttribute("run_name", FilterType.Text, ["run name", "Run name", "Run Name"]),
            new FilterAttribute("start_time", FilterType.Number, ["created", "Created"]),
            new FilterAttribute("status", FilterType.Text),
            new FilterAttribute("user_id", FilterType.Text),
        ]),
        new FilterEntity(Dataset, FilterType.Text, ["dataset", "datasets"], OrderBy: false, Attributes:
        [
            new FilterAttribute("name", FilterType.Text, MlflowLists: true),
            new FilterAttribute("digest", FilterType.Text, MlflowLists: true),
            new FilterAttribute("context", FilterType.Text, MlflowLists: true),
        ]),
    ])
    {
        UnknownEntity = static name =>
            $"Invalid entity type '{name}'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']",
    };

    public static readonly FilterVocabulary Experiments = new(
    [
        new FilterEntity(Attribute, FilterType.Text, ["attribute", "attributes"], Attributes:
        [
            new FilterAttribute("name", FilterType.Text),
            new FilterAttribute("creation_time", FilterType.Number),
            new FilterAttribute("last_update_time", FilterType.Number),
            new FilterAttribute("experiment_id", FilterType.Number, OrderOnly: true),
        ]),
        new FilterEntity(Tag, FilterType.Text, ["tag", "tags"], OrderBy: false),
    ])
    {
        UnknownEntity = static name => $"Invalid entity type '{name}'. Valid entity types are ('attribute', 'tag', 'tags')",
        BadOperator = static (field, operation, _) => field switch
        {
            { Entity: Tag } => $"Invalid comparator for tag: {operation}",
            { Type: FilterType.Number } => $"Invalid comparator for numeric attribute: {operation}",
            _ => $"Invalid comparator for string attribute: {operation}",
        },
    };

    public static readonly FilterVocabulary Models = new(
    [
        new FilterEntity(Attribute, FilterType.Text, ["attributes"], Attributes:
        [
            new FilterAttribute("name", FilterType.Text, MlflowLists: true),
            new FilterAttribute("model_id", FilterType.Text, MlflowLists: true),
            new FilterAttribute("model_type", FilterType.Text, MlflowLists: true),
            new FilterAttribute("status", FilterType.Text, MlflowLists: true),
            new FilterAttribute("source_run_id", FilterType.Text, MlflowLists: true),
            new FilterAttribute("creation_timestamp", FilterType.Number, ["creation_timestamp_ms", "creation_time"]),
            new FilterAttribute("last_updated_timestamp", FilterType.Number, ["last_updated_timestamp_ms", "last_updated_time"]),
        ]),
        new FilterEntity(Metric, FilterType.Number, ["metrics"]),
        new FilterEntity(Param, FilterType.Text, ["params"], MlflowLists: true, OrderBy: false),
        new FilterEntity(Tag, FilterType.Text, ["tags"], MlflowLists: true, OrderBy: false),
    ])
    {
        UnknownEntity = static name =>
            $"Invalid entity type: '{name}'. Expected one of ['attributes', 'metrics', 'params', 'tags'].",
        BadOperator = static (field, operation, _) =>
            $"Invalid comparison operator for {field}: '{operation}'. Expected one of ('=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN').",
    };
}
