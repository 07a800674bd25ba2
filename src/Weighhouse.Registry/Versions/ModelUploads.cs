using System.IO.Pipelines;
using Weighhouse.Kernel;
using Weighhouse.Registry.Models;
using Weighhouse.Tracking;

namespace Weighhouse.Registry.Versions;

/// <summary>
/// Files that somebody sends to be a version: a logged model that no run made, so that clients of MLflow find and load it as any other.
/// </summary>
internal sealed class ModelUploads(ILoggedModels loggedModels, IArtifacts artifacts, IRegisteredModels models, RegistryOptions options)
{
    /// <summary>Letters that a registered model may have in its name and a logged one may not.</summary>
    private const string BadInNames = "/:.%\"'";

    /// <param name="experiment">Where the logged model is kept; the right to contribute there is asked for.</param>
    public async ValueTask<Result<LoggedModel>> BeginAsync(
        Principal caller, string model, ExperimentId experiment, CancellationToken cancellation)
    {
        if (ModelRules.RefuseName(model, "name", options) is { } badName) return badName;
        if (!(await models.GetAsync(caller, model, cancellation)).TryGet(out var found, out var error)) return error;
        // Who may not make the version is told before the first byte, not after the last.
        if (caller.Refuse(Permission.Contribute, Scope.Model(found.Project, model)) is { } refusal) return refusal;
        var name = string.Concat(model.Select(static letter => BadInNames.Contains(letter) ? '-' : letter));
        return await loggedModels.CreateAsync(caller, new NewLoggedModel(experiment, name, null, null, null, null), cancellation);
    }

    public async ValueTask<Result<ArtifactEntry>> PutAsync(
        Principal caller, LoggedModelId upload, string path, PipeReader content, CancellationToken cancellation)
    {
        if (!(await OpenAsync(caller, upload, cancellation)).TryGet(out var model, out var error)) return error;
        if (!artifacts.PathOf(model.ArtifactUri).TryGet(out var root, out error)) return error;
        if (!root.Append(path).TryGet(out var target, out error)) return error;
        return target == root
            ? Error.Invalid("The file has no name; put it behind files/.", "path")
            : await artifacts.PutAsync(caller, target, content, cancellation);
    }

    /// <summary>All its files are there. What is finished already stays so: a request that was answered to nobody is sent again.</summary>
    public async ValueTask<Result<LoggedModel>> FinishAsync(Principal caller, LoggedModelId upload, CancellationToken cancellation)
    {
        if (!(await loggedModels.GetAsync(caller, upload, cancellation)).TryGet(out var model, out var error)) return error;
        if (model.Status is LoggedModelStatus.Ready) return model;
        if (!artifacts.PathOf(model.ArtifactUri).TryGet(out var root, out error)) return error;
        if (!(await artifacts.ListAsync(caller, root, new PageRequest(1), cancellation)).TryGet(out var listed, out error)) return error;
        return listed.Items.Count == 0
            ? Error.Precondition($"Upload {upload.Text} has no files. Send them first.")
            : await loggedModels.FinalizeAsync(caller, upload, LoggedModelStatus.Ready, cancellation);
    }

    /// <summary>It was begun and goes nowhere.</summary>
    public async ValueTask<Result<Done>> ForgetAsync(Principal caller, LoggedModelId upload, CancellationToken cancellation) =>
        (await OpenAsync(caller, upload, cancellation)).Error is { } error
            ? error
            : await loggedModels.DeleteAsync(caller, upload, cancellation);

    private async ValueTask<Result<LoggedModel>> OpenAsync(Principal caller, LoggedModelId upload, CancellationToken cancellation)
    {
        if (!(await loggedModels.GetAsync(caller, upload, cancellation)).TryGet(out var model, out var error)) return error;
        return model.Status is LoggedModelStatus.Pending
            ? model
            : Error.Precondition($"Upload {upload.Text} is whole already, and is not changed any more. Begin another.");
    }
}
