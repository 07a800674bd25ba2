namespace Weighhouse.Stats;

/// <summary>
/// A weighted mean of figures, as averages over classes are. It is undefined as soon as one of its parts is; scikit-learn's number
/// is the mean of scikit-learn's numbers.
/// </summary>
internal struct FigureMean
{
    private NeumaierSum _sum;
    private NeumaierSum _sklearn;
    private NeumaierSum _weight;
    private string? _reason;
    private bool _raises;

    public void Add(Figure figure, double weight, string name)
    {
        _weight.Add(weight);
        if (figure.InSklearn is { } other) _sklearn.Add(weight == 0 && double.IsNaN(other) ? other : weight * other);
        else _raises = true;
        if (figure.IsDefined) _sum.Add(weight * figure.Value);
        // A part that counts for nothing spoils nothing.
        else if (weight > 0) _reason ??= $"{name}: {figure.Reason}";
    }

    public readonly Figure Mean(string reasonWhenEmpty, double? sklearnWhenEmpty = null)
    {
        if (_weight.Value == 0) return Figure.Undefined(reasonWhenEmpty, sklearnWhenEmpty);
        double? sklearn = _raises ? null : _sklearn.Value / _weight.Value;
        return _reason is null ? Figure.Of(_sum.Value / _weight.Value, sklearn) : Figure.Undefined(_reason, sklearn);
    }
}
