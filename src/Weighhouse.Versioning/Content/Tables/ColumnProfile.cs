namespace Weighhouse.Versioning.Content.Tables;

/// <summary>Gathers what a column holds, cell by cell, in about 20 KiB.</summary>
internal sealed class ColumnProfile(string name)
{
    private DistinctCount _distinct = new();
    private QuantileSketch _quantiles = new();
    private long _values, _numbers;
    private bool _hasBooleans, _hasFractions, _hasText, _hasNested;
    private double _mean, _squares, _min = double.PositiveInfinity, _max = double.NegativeInfinity;

    public string Name => name;

    /// <summary>Whether any row had a cell here, be it empty.</summary>
    public bool IsMet { get; private set; }

    /// <summary>Whether so many rows all have a value.</summary>
    public bool IsFull(long rows) => _values == rows;

    /// <summary>What both gathered of one column.</summary>
    public static ColumnProfile Of(ColumnProfile one, ColumnProfile other)
    {
        if (!other.IsMet) return one;
        if (!one.IsMet) return other;
        var sum = new ColumnProfile(one.Name)
        {
            _distinct = DistinctCount.Of(one._distinct, other._distinct),
            _quantiles = QuantileSketch.Of(one._quantiles, other._quantiles),
            _values = one._values + other._values,
            _numbers = one._numbers + other._numbers,
            _hasBooleans = one._hasBooleans | other._hasBooleans,
            _hasFractions = one._hasFractions | other._hasFractions,
            _hasText = one._hasText | other._hasText,
            _hasNested = one._hasNested | other._hasNested,
            _min = Math.Min(one._min, other._min),
            _max = Math.Max(one._max, other._max),
            IsMet = true,
        };
        if (sum._numbers == 0) return sum;
        var (away, share) = (other._mean - one._mean, (double)other._numbers / sum._numbers);
        sum._mean = one._mean + away * share;
        sum._squares = one._squares + other._squares + away * away * one._numbers * share;
        return sum;
    }

    public void Add(ReadOnlySpan<byte> cell, bool isJson)
    {
        IsMet = true;
        if (cell.IsEmpty || (isJson && cell.SequenceEqual("null"u8))) return;
        _values++;
        _distinct.Add(CellValue.Hash(cell));
        if (isJson && cell[0] is (byte)'"') _hasText = true;
        else if (isJson && cell[0] is (byte)'{' or (byte)'[') _hasNested = true;
        else if (CellValue.TryNumber(cell, out var number, out var isInteger)) Add(number, isInteger);
        else if (CellValue.IsBoolean(cell)) _hasBooleans = true;
        else _hasText = true;
    }

    /// <param name="rows">Of the table: those without a value of this column are its nulls.</param>
    public ColumnFacts ToFacts(long rows, bool isJson) => new(
        name, TypeOf(isJson), rows, rows - _values, _distinct.Value,
        _numbers > 0 && TypeOf(isJson) is ColumnType.Integer or ColumnType.Number
            ? new ColumnNumbers(
                _mean, Math.Sqrt(_squares / _numbers), _min, Within(_quantiles.At(0.25)), Within(_quantiles.At(0.5)),
                Within(_quantiles.At(0.75)), _max)
            : null);

    private void Add(double number, bool isInteger)
    {
        _hasFractions |= !isInteger;
        if (!double.IsFinite(number)) return;
        _numbers++;
        var away = number - _mean;
        _mean += away / _numbers;
        _squares += away * (number - _mean);
        _min = Math.Min(_min, number);
        _max = Math.Max(_max, number);
        _quantiles.Add(number);
    }

    private double Within(double quantile) => Math.Clamp(quantile, _min, _max);

    private ColumnType TypeOf(bool isJson)
    {
        if (_values == 0) return ColumnType.Empty;
        var hasNumbers = _numbers > 0 || _hasFractions;
        var kinds = (hasNumbers ? 1 : 0) + (_hasBooleans ? 1 : 0) + (_hasText ? 1 : 0) + (_hasNested ? 1 : 0);
        if (kinds > 1) return isJson ? ColumnType.Mixed : ColumnType.Text;
        if (_hasText) return ColumnType.Text;
        if (_hasNested) return ColumnType.Nested;
        if (_hasBooleans) return ColumnType.Boolean;
        return _hasFractions ? ColumnType.Number : ColumnType.Integer;
    }
}
