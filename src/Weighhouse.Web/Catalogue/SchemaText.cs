using Weighhouse.Versioning;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Words;

namespace Weighhouse.Web.Catalogue;

/// <summary>A schema in a few words: format, columns or tensors, rows.</summary>
internal static class SchemaText
{
    private static readonly string[] Tables = ["csv", "tsv", "jsonl"];

    public static bool IsTable(CatalogueSchema schema) => Array.IndexOf(Tables, schema.Format) >= 0;

    public static string Of(PageWords words, CatalogueSchema schema)
    {
        var count = FormatText.Count(schema.Columns.Count) + (schema.IsCut ? "+" : "");
        var text = $"{schema.Format} · {words[IsTable(schema) ? "catalogue.columns" : "catalogue.tensors", count]}";
        return schema.Rows is { } rows ? $"{text} · {words["catalogue.rows", FormatText.Count(rows)]}" : text;
    }

    /// <summary>The type of a column in words, of a tensor as it is.</summary>
    public static string TypeOf(PageWords words, CatalogueSchema schema, SchemaColumn column) =>
        IsTable(schema) && column.Type.Length > 0
            ? words[$"column.{char.ToUpperInvariant(column.Type[0])}{column.Type[1..]}"]
            : column.Type;
}
