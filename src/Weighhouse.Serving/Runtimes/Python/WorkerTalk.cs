using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>What a process is told before it says anything, on its standard input.</summary>
internal sealed record WorkerSettings(
    string Socket, string Token, string Program, string Model, string Root, bool Isolation, WorkerLimits Limits);

/// <summary>0 is no limit.</summary>
internal sealed record WorkerLimits(
    long MemoryBytes, long ScratchBytes, long FileBytes, int OpenFiles, int Processes, int CpuSeconds, int Nice);

/// <param name="Isolation">Why it is not shut in; null when it is.</param>
internal sealed record WorkerHello(string Token, string? Isolation, string Python);

internal sealed record WorkerLoad(string Model, string Version, string Server);

internal sealed record WorkerPort(string Name, int Element, IReadOnlyList<long>? Dims);

internal sealed record WorkerLoaded(
    string Flavour, IReadOnlyList<WorkerPort> Inputs, IReadOnlyList<WorkerPort> Outputs, IReadOnlyDictionary<string, string>? Versions);

/// <param name="Code">"unusable", "failed", "memory" or "invalid".</param>
internal sealed record WorkerRefusal(string Code, string Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(WorkerSettings))]
[JsonSerializable(typeof(WorkerHello))]
[JsonSerializable(typeof(WorkerLoad))]
[JsonSerializable(typeof(WorkerLoaded))]
[JsonSerializable(typeof(WorkerRefusal))]
[JsonSerializable(typeof(PythonFound))]
internal sealed partial class WorkerJson : JsonSerializerContext;
