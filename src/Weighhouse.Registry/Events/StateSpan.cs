namespace Weighhouse.Registry.Events;

/// <summary>Follows a model's events once, and tells what it was at an earlier instant and after the last of them.</summary>
internal sealed class StateSpan(string project, long fromMs)
{
    private readonly StateFold _fold = new(project);
    private ModelState? _earlier;
    private bool _isPast;

    /// <summary>At the instant; what happened at the instant itself has happened.</summary>
    public ModelState? Earlier => _isPast ? _earlier : _fold.State;

    public ModelState? Later => _fold.State;

    public void Apply(RegistryEvent change)
    {
        if (!_isPast && change.AtMs > fromMs) (_earlier, _isPast) = (_fold.State, true);
        _fold.Apply(change);
    }
}
