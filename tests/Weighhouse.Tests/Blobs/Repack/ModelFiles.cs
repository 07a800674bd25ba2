using System.Text;
using Weighhouse.Tests.Blobs.Planes;

namespace Weighhouse.Tests.Blobs.Repack;

/// <summary>Checkpoints as a training writes them: weights of a type under names, and small things between.</summary>
internal static class ModelFiles
{
    public static byte[] Safetensors(params (string Name, string Type, byte[] Content)[] tensors)
    {
        var offset = 0L;
        var entries = new List<string>();
        foreach (var (name, type, content) in tensors)
        {
            var count = content.Length / (type switch { "F32" => 4, "F64" => 8, "U8" => 1, _ => 2 });
            entries.Add($"\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{count}],\"data_offsets\":[{offset},{offset + content.Length}]}}");
            offset += content.Length;
        }

        var header = Encoding.UTF8.GetBytes("{" + string.Join(',', entries) + "}");
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. tensors.SelectMany(static tensor => tensor.Content)];
    }

    /// <summary>Versions of a checkpoint of three tensors, each a fine-tune of the one before; lengths that end no block.</summary>
    public static List<byte[]> Versions(Random random, int count, string type, int scale = 700_001, double noise = 1e-3)
    {
        var weights = new[] { scale, scale / 3 + 1, 501 }.Select(size => FineTunes.Weights(random, size)).ToArray();
        var versions = new List<byte[]>();
        for (var version = 0; version < count; version++)
        {
            versions.Add(Safetensors([.. weights.Select((tensor, i) => ($"layer.{i}", type, Bytes(tensor, type)))]));
            weights = [.. weights.Select(tensor => FineTunes.Tune(random, tensor, noise))];
        }

        return versions;
    }

    private static byte[] Bytes(float[] weights, string type) => type == "F32" ? FineTunes.ToF32(weights) : FineTunes.ToBf16(weights);
}
