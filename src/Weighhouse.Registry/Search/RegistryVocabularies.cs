using Weighhouse.Kernel;

namespace Weighhouse.Registry.Search;

/// <summary>What registered models and their versions can be searched and ordered by.</summary>
internal static class RegistryVocabularies
{
    public const string Attribute = "attribute";
    public const string Tag = "tag";

    private static readonly FilterEntity Tags = new(Tag, FilterType.Text, ["tag", "tags"], OrderBy: false);

    public static readonly FilterVocabulary Models = new(
    [
        new FilterEntity(Attribute, FilterType.Text, ["attribute", "attributes"], Attributes:
        [
            new FilterAttribute("name", FilterType.Text),
            new FilterAttribute("creation_timestamp", FilterType.Number, OrderOnly: true),
            new FilterAttribute("last_updated_timestamp", FilterType.Number, ["timestamp"], OrderOnly: true),
        ]),
        Tags,
    ])
    {
        UnknownEntity = UnknownEntity,
        BadOperator = BadOperator,
    };

    public static readonly FilterVocabulary Versions = new(
    [
        new FilterEntity(Attribute, FilterType.Text, ["attribute", "attributes"], Attributes:
        [
            new FilterAttribute("name", FilterType.Text),
            new FilterAttribute("version_number", FilterType.Number),
            new FilterAttribute("run_id", FilterType.Text, MlflowLists: true),
            new FilterAttribute("source_path", FilterType.Text),
            new FilterAttribute("creation_timestamp", FilterType.Number, OrderOnly: true),
            new FilterAttribute("last_updated_timestamp", FilterType.Number, OrderOnly: true),
        ]),
        Tags,
    ])
    {
        UnknownEntity = UnknownEntity,
        BadOperator = BadOperator,
    };

    private static string UnknownEntity(string name) =>
        $"Invalid entity type '{name}'. Valid entity types are ('attribute', 'tag', 'tags')";

    private static string BadOperator(FilterField field, string operation, string allowed) =>
        $"Invalid comparator for {field.Entity}: {operation}";
}
