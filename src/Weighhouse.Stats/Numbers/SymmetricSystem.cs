using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>A symmetric, positive definite system of equations, solved by Cholesky's factors.</summary>
internal static class SymmetricSystem
{
    /// <summary>Solves in place: the matrix becomes its factor and the right side the solution.</summary>
    /// <returns>False when the matrix is not positive definite to working precision.</returns>
    public static bool Solve(Span<double> matrix, Span<double> right)
    {
        var size = right.Length;
        Invariant.That(matrix.Length == size * size);
        if (!Factor(matrix, size)) return false;
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < row; column++) right[row] -= matrix[row * size + column] * right[column];
            right[row] /= matrix[row * size + row];
        }

        for (var row = size - 1; row >= 0; row--)
        {
            for (var below = row + 1; below < size; below++) right[row] -= matrix[below * size + row] * right[below];
            right[row] /= matrix[row * size + row];
        }

        return true;
    }

    private static bool Factor(Span<double> matrix, int size)
    {
        for (var row = 0; row < size; row++)
        {
            var scale = matrix[row * size + row];
            for (var column = 0; column <= row; column++)
            {
                var sum = new NeumaierSum();
                sum.Add(matrix[row * size + column]);
                for (var inner = 0; inner < column; inner++) sum.Add(-matrix[row * size + inner] * matrix[column * size + inner]);
                if (column < row) matrix[row * size + column] = sum.Value / matrix[column * size + column];
                else if (sum.Value > scale * 1e-14) matrix[row * size + row] = Math.Sqrt(sum.Value);
                else return false;
            }
        }

        return true;
    }
}
