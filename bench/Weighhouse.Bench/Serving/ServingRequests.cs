using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Weighhouse.Bench.Load;

namespace Weighhouse.Bench.Serving;

/// <summary>The same rows in the words of each protocol.</summary>
internal static class ServingRequests
{
    /// <summary>What the small servers of the comparison are asked, and our plain address too.</summary>
    public static byte[] Plain(Uri server, string path, BenchModel model, int rows = 1) =>
        HttpLine.Request(server, "POST", path, Encoding.UTF8.GetBytes($"{{\"X\": {Json(model, rows)}}}"));

    public static byte[] TensorFlow(Uri server, BenchModel model, int rows = 1) => HttpLine.Request(
        server, "POST", $"/v1/models/{model.Name}:predict", Encoding.UTF8.GetBytes($"{{\"instances\": {Json(model, rows)}}}"));

    /// <summary>Open Inference with the tensor's bytes behind the JSON, and so in the answer.</summary>
    public static byte[] Binary(Uri server, BenchModel model, int rows = 1)
    {
        var data = Bytes(model, rows);
        var json = Encoding.UTF8.GetBytes(
            $$$"""{"inputs":[{"name":"x","shape":[{{{Shape(model, rows)}}}],"datatype":"FP32","""
            + $$$""" "parameters":{"binary_data_size":{{{data.Length}}}}}],"""
            + """ "outputs":[{"name":"y","parameters":{"binary_data":true}}]}""");
        return HttpLine.Request(
            server, "POST", $"/v2/models/{model.Name}/infer", [.. json, .. data], "application/octet-stream",
            $"Inference-Header-Content-Length: {json.Length}");
    }

    /// <summary>A ModelInferRequest of inference.GRPCInferenceService.</summary>
    public static byte[] Message(BenchModel model, int rows = 1)
    {
        var input = new MemoryStream();
        Field(input, 1, "x"u8);
        Field(input, 2, "FP32"u8);
        var shape = new MemoryStream();
        foreach (var size in (long[])[rows, .. model.Shape]) Number(shape, (ulong)size);
        Field(input, 3, shape.ToArray());
        var message = new MemoryStream();
        Field(message, 1, Encoding.UTF8.GetBytes(model.Name));
        Field(message, 5, input.ToArray());
        Field(message, 7, Bytes(model, rows));
        return message.ToArray();
    }

    public static byte[] Bytes(BenchModel model, int rows) => MemoryMarshal.AsBytes<float>(model.Rows(rows)).ToArray();

    private static string Shape(BenchModel model, int rows) => string.Join(',', (long[])[rows, .. model.Shape]);

    private static string Json(BenchModel model, int rows) => "[" + string.Join(',', model.Rows(rows).Chunk(model.RowLength).Select(
        static row => "[" + string.Join(',', row.Select(static value => value.ToString(CultureInfo.InvariantCulture))) + "]")) + "]";

    private static void Field(MemoryStream target, int number, ReadOnlySpan<byte> content)
    {
        const int Delimited = 2;
        Number(target, (ulong)((number << 3) | Delimited));
        Number(target, (ulong)content.Length);
        target.Write(content);
    }

    private static void Number(MemoryStream target, ulong value)
    {
        for (; value >= 0x80; value >>= 7) target.WriteByte((byte)(value | 0x80));
        target.WriteByte((byte)value);
    }
}
