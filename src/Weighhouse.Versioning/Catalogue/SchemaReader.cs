using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Catalogue;

internal readonly record struct SchemaQuestion(string Repository, Digest Commit, TreePath Path, TreeEntry There);

/// <summary>Reads what data holds: of a folder, what the first of its tables or models does.</summary>
internal sealed class SchemaReader(IObjectStore store, IContents contents, VersioningOptions options)
{
    private const int NameLengthMax = 200;

    /// <summary>Names of a folder that are looked at for one that tells a schema.</summary>
    private const int NamesMax = 1_000;

    private static readonly string[] Telling =
        [".csv", ".tsv", ".jsonl", ".ndjson", ".safetensors", ".onnx", ".gguf", ".npy", ".npz", ".pt"];

    private readonly TreeReader _trees = new(store);

    /// <summary>What reading the schema takes at most, headers aside.</summary>
    public long BytesToRead(SchemaQuestion question) =>
        FileOf(question) is { } file && IsCounted(file.Entry) ? file.Entry.SizeBytes : 0;

    /// <summary>Null where nobody can tell; an error where it may be told later.</summary>
    public async ValueTask<Result<CatalogueSchema?>> ReadAsync(SchemaQuestion question, CancellationToken cancellation)
    {
        if (FileOf(question) is not { } file) return (CatalogueSchema?)null;
        var described = await contents.DescribeAsync(
            Principal.System, question.Repository, question.Commit, file.Path, IsCounted(file.Entry), cancellation);
        if (!described.TryGet(out var summary, out var error))
            return error.Code is ErrorCode.LimitExceeded or ErrorCode.Unavailable ? error : (CatalogueSchema?)null;
        return SchemaOf(summary, question.There.Kind is EntryKind.Folder ? file.Entry.Name : null);
    }

    private CatalogueSchema? SchemaOf(ContentSummary summary, string? file)
    {
        var max = options.CatalogueColumnsMax;
        if (summary.Table is { } table)
        {
            return new CatalogueSchema(
                file, summary.Content.Format, table.IsSampled ? null : table.Rows,
                [.. table.Columns.Take(max).Select(static column => new SchemaColumn(Short(column.Name), Api.Words.Of(column.Type)))],
                table.Columns.Count > max);
        }

        if (summary.Tensors is not { } tensors) return null;
        return new CatalogueSchema(
            file, summary.Content.Format, null,
            [.. tensors.Tensors.Take(max).Select(static tensor => new SchemaColumn(Short(tensor.Name), TypeOf(tensor.Facts)))],
            tensors.IsCut || tensors.Tensors.Count > max);
    }

    private (TreePath Path, TreeEntry Entry)? FileOf(SchemaQuestion question)
    {
        if (question.There.Kind is EntryKind.File) return (question.Path, question.There);
        if (question.There.Kind is not EntryKind.Folder) return null;
        // Damage is for checks to tell; here it only means that nothing can be told.
        if (!_trees.EntriesAfter(question.There.Id, null, NamesMax).TryGet(out var entries, out _)) return null;
        foreach (var entry in entries)
            if (entry.Kind is EntryKind.File && Tells(entry.Name)) return (question.Path.Append(entry.Name), entry);
        return null;
    }

    /// <summary>Only tables have rows to count; of the others the header is all that is read.</summary>
    private bool IsCounted(TreeEntry file) => file.SizeBytes <= options.CatalogueTableBytesMax;

    private static bool Tells(string name) =>
        Array.Exists(Telling, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static string TypeOf(TensorFacts facts) => $"{facts.DataType} [{string.Join(", ", facts.Shape)}]";

    private static string Short(string name) => PlainText.Cut(name, NameLengthMax);
}
