using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Kernel;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>Tries what the first Python model would need, without a model.</summary>
internal static class PythonExamination
{
    public static async Task<Result<PythonReport>> RunAsync(
        PythonOptions options, IdGenerator ids, TimeProvider time, CancellationToken cancellation)
    {
        var asked = await PythonInterpreter.FindAsync(options.Interpreter, time, cancellation);
        if (!asked.TryGet(out var found, out var error)) return error;
        var folder = Directory.CreateTempSubdirectory("weigh-");
        try
        {
            var program = Path.Combine(folder.FullName, "worker");
            WorkerProgram.Place(program);
            var start = new WorkerStart(ids, time, NullLogger<WorkerStart>.Instance);
            var probed = await start.ProbeAsync(found.Path, program, options, cancellation);
            return probed.Map(state => new PythonReport(found.Path, found.Version, found.Packages, state.Why));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
