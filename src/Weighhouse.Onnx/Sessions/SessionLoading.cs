using System.Runtime.InteropServices;
using Weighhouse.Kernel;
using Weighhouse.Onnx.Checks;
using Weighhouse.Onnx.ExternalData;
using Weighhouse.Onnx.Graphs;
using Weighhouse.Onnx.Native;
using Weighhouse.Onnx.Values;

namespace Weighhouse.Onnx.Sessions;

/// <summary>
/// From a model's bytes to a session. We read the model before the runtime does: to find the files it names, and to refuse what is no
/// model. The runtime gets bytes, never a path, and so opens no file.
/// </summary>
internal static unsafe class SessionLoading
{
    public static Result<OnnxSession> FromFile(OnnxRuntime runtime, string path, OnnxSessionOptions options, CancellationToken cancellation)
    {
        if (!MappedFile.Open(path).TryGet(out var file, out var error)) return error;
        using (file)
        {
            if (file.LengthBytes > int.MaxValue)
                return Error.Invalid(
                    $"The model {path} has {file.LengthBytes:N0} bytes; the format ends at {int.MaxValue:N0}. "
                    + "Keep weights in external files.");
            return Load(runtime, file.Memory, Path.GetDirectoryName(Path.GetFullPath(path)), options, cancellation);
        }
    }

    public static Result<OnnxSession> FromMemory(
        OnnxRuntime runtime, ReadOnlyMemory<byte> bytes, OnnxSessionOptions options, CancellationToken cancellation) =>
        Load(runtime, bytes, null, options, cancellation);

    private static Result<OnnxSession> Load(
        OnnxRuntime runtime, ReadOnlyMemory<byte> bytes, string? folder, OnnxSessionOptions options, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!OnnxModel.Read(bytes).TryGet(out var model, out var malformed)) return malformed;
        if (ModelChecks.Run(model) is { } endless) return endless;
        if (!ExternalWeights.Open(model, folder).TryGet(out var weights, out var outside)) return outside;
        using (weights)
        {
            using var settings = new NativeSessionOptions(runtime);
            if (settings.Apply(options, model) is { } wrong) return wrong;
            if (Attach(runtime, settings.Raw, weights) is { } refused) return refused;
            var handle = new SessionHandle(runtime.Api, [.. weights.Files.Select(file => file.View).OfType<SafeHandle>()]);
            nint made;
            using (var pin = bytes.Pin())
            using (settings.StopLoadingOn(cancellation))
            {
                var status = runtime.Api.CreateSessionFromArray(
                    runtime.Environment.Raw, pin.Pointer, (nuint)bytes.Length, settings.Raw, &made);
                if (runtime.Api.Take(status, OrtTask.Load) is { } error)
                {
                    cancellation.ThrowIfCancellationRequested();
                    return error;
                }
            }

            handle.OwnSession(made);
            return new OnnxSession(runtime, handle, SessionFacts.Read(runtime, made, model));
        }
    }

    /// <summary>Gives the runtime the bytes of weights in other files.</summary>
    private static Error? Attach(OnnxRuntime runtime, nint settings, ExternalWeights weights)
    {
        if (weights.All.Count == 0) return null;
        using var names = new Utf8Texts([.. weights.All.Select(weight => weight.Tensor.Name)]);
        var values = new nint[weights.All.Count];
        try
        {
            for (var i = 0; i < values.Length; i++)
            {
                var weight = weights.All[i];
                var status = TensorOver.Create(
                    runtime, weight.File.Pointer + weight.OffsetBytes, weight.LengthBytes, weight.Tensor.ElementType,
                    CollectionsMarshal.AsSpan(weight.Tensor.Shape), out values[i]);
                if (runtime.Api.Take(status, OrtTask.Load) is { } error) return error;
            }

            fixed (nint* all = values)
                return runtime.Api.Take(runtime.Api.AddExternalInitializers(settings, names.Pointer, all, names.Count), OrtTask.Load);
        }
        finally
        {
            foreach (var value in values) runtime.Api.ReleaseValue(value);
        }
    }
}
