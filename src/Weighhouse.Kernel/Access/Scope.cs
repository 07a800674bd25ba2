namespace Weighhouse.Kernel;

/// <summary>Where a permission is asked for: one object, seen through the project it belongs to. Everything is inside the server.</summary>
/// <param name="Project">The project's name; null for what belongs to the whole server.</param>
/// <param name="Kind">"experiment", "model", "deployment", "repo"; null for the project itself.</param>
/// <param name="Name">The object's id or name within its kind.</param>
public readonly record struct Scope(string? Project = null, string? Kind = null, string? Name = null)
{
    public const string DefaultProject = "default";

    /// <summary>What a role can be granted on inside a project.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["experiment", "model", "deployment", "repo"];

    public static readonly Scope Server;

    public static Scope OfProject(string project) => new(project);

    public static Scope Experiment(string project, ExperimentId id) => new(project, "experiment", id.ToString());

    public static Scope Model(string project, string name) => new(project, "model", name);

    public static Scope Deployment(string project, string name) => new(project, "deployment", name);

    public static Scope Repository(string project, string name) => new(project, "repo", name);

    /// <summary>"*", "project:NAME" or "project:NAME/KIND:OBJECT"; the form grants are stored in.</summary>
    public override string ToString() => (Project, Kind) switch
    {
        (null, _) => "*",
        (_, null) => $"project:{Project}",
        _ => $"project:{Project}/{Kind}:{Name}",
    };

    /// <summary>Whether a grant on this scope reaches <paramref name="inner"/>.</summary>
    public bool Covers(Scope inner) =>
        Project is null || (Project == inner.Project && (Kind is null || (Kind == inner.Kind && Name == inner.Name)));
}
