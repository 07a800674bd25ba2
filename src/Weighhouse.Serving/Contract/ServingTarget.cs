namespace Weighhouse.Serving;

/// <summary>
/// Which model a request means. A deployment's name is what other protocols call the model's; its versions are the registry's.
/// </summary>
/// <param name="Version">Null to let the deployment's weights choose.</param>
/// <param name="Label">A label of the deployment's routes; null for none. A version and a label exclude each other.</param>
public readonly record struct ServingTarget(string Deployment, long? Version = null, string? Label = null)
{
    public override string ToString() => (Version, Label) switch
    {
        ({ } version, _) => $"{Deployment}/{version}",
        (_, { } label) => $"{Deployment}:{label}",
        _ => Deployment,
    };
}

/// <summary>The words and numbers are TensorFlow Serving's.</summary>
public enum VersionState
{
    Start = 10,
    Loading = 20,
    Available = 30,
    Unloading = 40,
    End = 50,
}

/// <summary>A version of a model under the name of a deployment.</summary>
/// <param name="Project">That of the deployment: its rights are asked in it.</param>
/// <param name="Deployment">The name that requests use.</param>
/// <param name="Model">The registered model's own name.</param>
/// <param name="Runtime">What runs it: "onnx".</param>
/// <param name="Shape">What it takes and gives.</param>
/// <param name="Facts">What its author wrote into it, such as its description.</param>
public sealed record ServedVersion(
    string Project,
    string Deployment,
    string Model,
    long Version,
    string Runtime,
    ModelShape Shape,
    IReadOnlyDictionary<string, string> Facts)
{
    /// <summary>The version as protocols write it, without making it anew for each answer.</summary>
    public string VersionText { get; } = Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>How a version of a deployment stands.</summary>
/// <param name="Error">Why the last load failed; null when it did not.</param>
public sealed record VersionStatus(string Deployment, string Model, long Version, VersionState State, Kernel.Error? Error = null)
{
    /// <summary>The labels of the routes that lead to it.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Whether its failed load is tried again by itself.</summary>
    public bool IsRetried { get; init; }
}
