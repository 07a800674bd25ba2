using System.Text.Json;
using Weighhouse.Blobs;
using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content.Tensors;

/// <summary>What the headers of a container of tensors say.</summary>
/// <param name="Facts">What is said beside the tensors.</param>
internal sealed record TensorFile(string Format, IReadOnlyList<TensorInfo> Tensors, IReadOnlyDictionary<string, string> Facts)
{
    private const int HeaderBytesMax = 16 << 20;
    private const int FactsMax = 1_000;
    private const int FactLengthMax = 2_000;

    private static readonly IReadOnlyDictionary<string, string> NoFacts = new Dictionary<string, string>();

    /// <summary>
    /// Null when the content is no container of tensors that we read. ONNX has no mark of its own, so it is tried only where the name
    /// says so.
    /// </summary>
    public static TensorFile? Read(FileContent content, string name)
    {
        if (name.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)) return OnnxFile.Read(content);
        using var stream = content.Open();
        if (TensorTables.Read(stream) is not { } table) return null;
        return new TensorFile(table.Format, table.Tensors, table.Format == "safetensors" ? Metadata(content) : NoFacts);
    }

    public static long ElementsOf(TensorInfo tensor) => tensor.Shape.Aggregate(
        1L, static (product, dimension) => dimension != 0 && product > long.MaxValue / dimension ? long.MaxValue : product * dimension);

    public static TensorFacts FactsOf(TensorInfo tensor) => new(tensor.DataType, tensor.Shape, tensor.LengthBytes);

    /// <summary>The header was read once already and is sound; what it says beside the tensors is text by text.</summary>
    private static Dictionary<string, string> Metadata(FileContent content)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        var length = BitConverter.ToInt64(content.Read(0, sizeof(long)).Span);
        if (length is < 2 or > HeaderBytesMax || length > content.SizeBytes - sizeof(long)) return facts;
        var reader = new Utf8JsonReader(content.Read(sizeof(long), (int)length).Span, new JsonReaderOptions { MaxDepth = 8 });
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isMetadata = reader.ValueTextEquals("__metadata__"u8);
                reader.Read();
                if (!isMetadata || reader.TokenType != JsonTokenType.StartObject) reader.Skip();
                else ReadEntries(ref reader, facts);
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // Text that is no text: what was read of it stands.
        }

        return facts;
    }

    private static void ReadEntries(ref Utf8JsonReader reader, Dictionary<string, string> facts)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.String && facts.Count < FactsMax) facts[Cut(name)] = Cut(reader.GetString()!);
            else reader.Skip();
        }
    }

    public static string Cut(string text) => Kernel.PlainText.Cut(text, FactLengthMax);
}
