using System.Text.Json;
using Weighhouse.Trust.Scanning.Bytes;

namespace Weighhouse.Trust.Scanning.Formats;

/// <summary>
/// Configurations of Keras: objects that name a class, and a module to find it in. Loading makes them, wherever they come from.
/// </summary>
internal static class KerasScan
{
    private const int DepthMax = 256;
    private const string Cure = "Have the model saved without layers of its own code, or let a person decide.";

    /// <summary>Modules whose classes and functions Keras itself brings.</summary>
    private static readonly string[] Modules =
    [
        "keras.activations", "keras.constraints", "keras.dtype_policies", "keras.initializers", "keras.layers", "keras.losses",
            "keras.metrics",
        "keras.models", "keras.ops", "keras.optimizers", "keras.quantizers", "keras.random", "keras.regularizers", "keras.tree",
    ];

    /// <summary>Classes of these modules that run code of the file, or load other files.</summary>
    private static readonly HashSet<string> Runs = new(StringComparer.Ordinal)
    {
        "Lambda", "__lambda__", "TFSMLayer", "TorchModuleWrapper", "FlaxLayer", "JaxLayer", "PyDataset",
    };


    public static void ScanConfiguration(Content content, ScanPlace place, ScanRun run)
    {
        if (content.Length > run.Options.PartBytesMax) throw new BeyondLimitException($"its configuration has {content.Length:N0} bytes");
        ScanConfigurationAt(content, 0, place, run);
    }

    /// <summary>Scans one JSON object, and gives how many bytes it has; 1 when it is none.</summary>
    public static long ScanConfigurationAt(Content content, long at, ScanPlace place, ScanRun run)
    {
        var bytes = content.From(at).Bytes(run.Options.PartBytesMax);
        try
        {
            var reader = new Utf8JsonReader(bytes, isFinalBlock: true, new JsonReaderState(new JsonReaderOptions { MaxDepth = DepthMax }));
            using var document = JsonDocument.ParseValue(ref reader);
            Scan(document.RootElement, at, place, run);
            return reader.BytesConsumed;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            run.Add(place, ScanVerdict.Unknown, FindingCode.Malformed, "A configuration of Keras in it is no JSON of valid text.",
                "Have the model saved again.", at);
            return 1;
        }
    }

    private static void Scan(JsonElement element, long at, ScanPlace place, ScanRun run)
    {
        if (element.ValueKind == JsonValueKind.Array)
            foreach (var item in element.EnumerateArray()) Scan(item, at, place, run);
        if (element.ValueKind != JsonValueKind.Object) return;
        if (Text(element, "class_name") is { } name) Check(element, name, at, place, run);
        foreach (var member in element.EnumerateObject()) Scan(member.Value, at, place, run);
    }

    private static void Check(JsonElement element, string name, long at, ScanPlace place, ScanRun run)
    {
        var module = Text(element, "module");
        var registered = Text(element, "registered_name");
        var full = module is null ? name : $"{module}.{name}";
        if (Runs.Contains(name.Split('>')[^1]))
            Add(ScanVerdict.Unsafe, $"Its layer {Shown.Text(full)} runs code that the file brings, or loads another file.");
        else if (module is not null && !IsOfKeras(module)
            && !(module == "builtins" && name is "dict" or "list" or "tuple" or "int" or "float" or "str" or "bool"))
            Add(ScanVerdict.Unsafe, $"It has Keras import {Shown.Text(full)}{Function(element, name)}, which is not Keras's own.");
        else if (module is null && registered is not null && registered.Contains('>', StringComparison.Ordinal))
            Add(ScanVerdict.Unknown, $"Its {Shown.Text(registered)} is made by code that whoever loads it registered.");

        void Add(ScanVerdict verdict, string why) =>
            run.Add(new ScanFinding(place.Path, verdict, FindingCode.KerasCode, why, Cure) { Offset = at, Global = Shown.Text(full) });
    }

    private static bool IsOfKeras(string module)
    {
        var name = module.StartsWith("tf_keras.", StringComparison.Ordinal) ? module["tf_".Length..]
            : module.StartsWith("tensorflow.keras.", StringComparison.Ordinal) ? module["tensorflow.".Length..]
            : module.StartsWith("keras.src.", StringComparison.Ordinal) ? "keras." + module["keras.src.".Length..]
            : module;
        return name == "keras" || Array.Exists(Modules, known => name == known || name.StartsWith(known + ".", StringComparison.Ordinal));
    }

    private static string Function(JsonElement element, string name) =>
        name == "function" && Text(element, "config") is { } function ? $" ({Shown.Text(function)})" : "";

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
