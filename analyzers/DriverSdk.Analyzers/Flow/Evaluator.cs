using DriverSdk.Analyzers.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Evaluates an operation on one path. The path forks where a call may succeed or fail, so that whatever is tested later is already decided.</summary>
internal sealed class Evaluator
{
    private readonly Body _body;
    private readonly ControlFlowGraph _graph;
    private readonly Variables _variables;
    private readonly Patterns _patterns;
    private readonly Calls _calls;

    public Evaluator(Body body, ControlFlowGraph graph)
    {
        _body = body;
        _graph = graph;
        _variables = new Variables(body, graph);
        _patterns = new Patterns(body, _variables);
        _calls = new Calls(body, graph, this, _variables);
    }

    public List<PathValue> Evaluate(IOperation operation, PathState state)
    {
        if (operation.ConstantValue is { HasValue: true, Value: var constant })
            return One(state, _body.Values.Constant(constant));
        return operation switch
        {
            IExpressionStatementOperation statement => Evaluate(statement.Operation, state),
            IDeclarationExpressionOperation declaration => Evaluate(declaration.Expression, state),
            IFlowCaptureOperation capture => EvaluateCapture(capture, state),
            IFlowCaptureReferenceOperation capture => One(state, _variables.Read(capture, state)),
            ILocalReferenceOperation or IParameterReferenceOperation => One(state, _variables.Read(operation, state)),
            IConversionOperation conversion => EvaluateConversion(conversion, state),
            ISimpleAssignmentOperation assignment => EvaluateAssignment(assignment, state),
            IDeconstructionAssignmentOperation deconstruction => EvaluateDeconstruction(deconstruction, state),
            ICompoundAssignmentOperation or IIncrementOrDecrementOperation => EvaluateUpdate(operation, state),
            IInvocationOperation call => _calls.Invoke(new CallSite(call, call.TargetMethod, call.Instance, call.Arguments), state),
            IObjectCreationOperation { Constructor: { } constructor } creation =>
                _calls.Invoke(new CallSite(creation, constructor, null, creation.Arguments), state),
            IPropertyReferenceOperation property => EvaluateProperty(property, state),
            IFieldReferenceOperation field => EvaluateField(field, state),
            IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, OperatorMethod: null } not => Map(Evaluate(not.Operand, state), Negate),
            IBinaryOperation binary => EvaluateBinary(binary, state),
            IIsNullOperation isNull => Map(Evaluate(isNull.Operand, state), value => IsNull(value)),
            IIsPatternOperation pattern => Then(Evaluate(pattern.Value, state), path => _patterns.Match(pattern.Pattern, path, pattern)),
            IDefaultValueOperation { Type: { } type } => One(state, DefaultOf(type)),
            IMethodReferenceOperation or IFlowAnonymousFunctionOperation or INameOfOperation or ITypeOfOperation => One(state, Values.Unknown),
            IInterpolatedStringOperation or IInterpolatedStringTextOperation or IInterpolationOperation or IIsTypeOperation => EvaluateParts(operation, state),
            _ => EvaluateUnknown(operation, state),
        };
    }

    /// <summary>The state in which the condition has this truth, or <see langword="null"/> when on this path it cannot.</summary>
    public PathState? Assume(IOperation condition, PathValue path, bool truth)
    {
        if (Values.Truth(path.Value) is { } known)
            return known == truth ? path.State : null;
        if (_body.Places.OfCondition(condition, out var negated) is { } question)
            return _variables.Assume(question, path.State, truth != negated);
        return _body.Places.Of(condition) is { } place && _body.Variables.IsAskedAgain(place)
            ? path.State.With(_body.Layout.Cell(place), Values.Of(truth))
            : path.State;
    }

    /// <summary>Drops what is known about plain variables, so that paths which differ in nothing else become one.</summary>
    public PathState Forget(PathState state) => _variables.Forget(state);

    public List<PathValue> EvaluateParts(IOperation operation, PathState state) => EvaluateAll(operation.ChildOperations, state, keep: true);

    private List<PathValue> EvaluateUnknown(IOperation operation, PathState state) => EvaluateAll(operation.ChildOperations, state, keep: false);

    private List<PathValue> EvaluateAll(IOperation.OperationList parts, PathState state, bool keep)
    {
        var paths = One(state, Values.Unknown);
        foreach (var part in parts)
        {
            paths = Then(paths, before => Evaluate(part, before.State).ConvertAll(after =>
                new PathValue(keep ? after.State : _body.Escape(after.State, after.Value), Values.Unknown)));
        }

        return paths;
    }

    private List<PathValue> EvaluateCapture(IFlowCaptureOperation capture, PathState state)
    {
        var name = _body.CaptureName(_graph, capture.Id);
        _body.CaptureTargets[name] = capture.Value;
        return Evaluate(capture.Value, state).ConvertAll(path => path with { State = path.State.With(_body.Layout.Cell(name), path.Value) });
    }

    private List<PathValue> EvaluateConversion(IConversionOperation conversion, PathState state)
    {
        var paths = Evaluate(conversion.Operand, state);
        return conversion.OperatorMethod is null ? paths : Map(paths, _ => Values.Unknown);
    }

    private List<PathValue> EvaluateAssignment(ISimpleAssignmentOperation assignment, PathState state)
    {
        var targets = _body.Places.Of(assignment.Target) is null && assignment.Target is not IFlowCaptureReferenceOperation and not IDiscardOperation
            ? EvaluateParts(assignment.Target, state)
            : One(state, Values.Unknown);
        return Then(targets, target => Evaluate(assignment.Value, target.State).ConvertAll(path =>
        {
            var assigned = assignment.IsRef ? _body.Escape(path.State, path.Value) : _variables.Assign(assignment.Target, path.State, path.Value, assignment);
            return path with { State = assigned };
        }));
    }

    private List<PathValue> EvaluateDeconstruction(IDeconstructionAssignmentOperation deconstruction, PathState state)
    {
        var target = deconstruction.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : deconstruction.Target;
        var value = deconstruction.Value is IConversionOperation { OperatorMethod: null } conversion ? conversion.Operand : deconstruction.Value;
        if (target is not ITupleOperation targets || value is not ITupleOperation values || targets.Elements.Length != values.Elements.Length)
            return EvaluateUnknown(deconstruction.Value, state).ConvertAll(path => path with { State = _variables.Assign(target, path.State, Values.Unknown, deconstruction) });

        var paths = new List<(PathState State, int[] Parts)> { (state, []) };
        foreach (var element in values.Elements)
        {
            var next = new List<(PathState, int[])>();
            foreach (var (before, parts) in paths)
            {
                foreach (var path in Evaluate(element, before))
                    next.Add((path.State, [.. parts, path.Value]));
            }

            paths = next;
        }

        return paths.ConvertAll(path =>
        {
            var after = path.State;
            for (var i = 0; i < path.Parts.Length; i++)
                after = _variables.Assign(targets.Elements[i], after, path.Parts[i], targets.Elements[i]);
            return new PathValue(after, Values.Unknown);
        });
    }

    private List<PathValue> EvaluateUpdate(IOperation update, PathState state)
    {
        var target = update is ICompoundAssignmentOperation compound ? compound.Target : ((IIncrementOrDecrementOperation)update).Target;
        return EvaluateUnknown(update, state).ConvertAll(path => path with { State = _variables.Assign(target, path.State, Values.Unknown, update) });
    }

    private List<PathValue> EvaluateProperty(IPropertyReferenceOperation property, PathState state)
    {
        var paths = property.Instance is null ? One(state, Values.Unknown) : Evaluate(property.Instance, state);
        foreach (var argument in property.Arguments)
            paths = Then(paths, path => EvaluateParts(argument, path.State).ConvertAll(after => after with { Value = path.Value }));
        return Then(paths, path => _calls.ReadProperty(property, path));
    }

    private List<PathValue> EvaluateField(IFieldReferenceOperation field, PathState state)
    {
        var paths = field.Instance is null ? One(state, Values.Unknown) : Evaluate(field.Instance, state);
        return paths.ConvertAll(path => path with { Value = _variables.Read(field, path.State) });
    }

    private List<PathValue> EvaluateBinary(IBinaryOperation binary, PathState state) =>
        Then(Evaluate(binary.LeftOperand, state), left => Evaluate(binary.RightOperand, left.State).ConvertAll(right => new PathValue(
            ComparesMapping(binary, left.Value, right.Value) ? _body.Escape(_body.Escape(right.State, left.Value), right.Value) : right.State,
            Combine(binary, left.Value, right.Value))));

    /// <summary>An operator that compares mappings may be somebody's way to ask for an error: from there on nothing is certain.</summary>
    private bool ComparesMapping(IBinaryOperation binary, int left, int right) =>
        binary.OperatorMethod is not null && (Values.IsSlot(left) || Values.IsSlot(right)) && _body.Values.AreEqual(left, right) is null;

    private int Combine(IBinaryOperation binary, int left, int right)
    {
        switch (binary.OperatorKind)
        {
            case BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals:
                return _body.Values.AreEqual(left, right) is { } equal ? Values.Of(equal == (binary.OperatorKind == BinaryOperatorKind.Equals)) : Values.Unknown;
            case BinaryOperatorKind.And when left == Values.False || right == Values.False:
                return Values.False;
            case BinaryOperatorKind.And when left == Values.True:
                return right;
            case BinaryOperatorKind.Or when left == Values.True || right == Values.True:
                return Values.True;
            case BinaryOperatorKind.Or when left == Values.False:
                return right;
            default:
                return KnownTypes.IsAddress(binary.Type) && !Values.IsSlot(left) ? left : Values.Unknown;
        }
    }

    private int DefaultOf(ITypeSymbol type)
    {
        if (_body.Effects.Types.IsErrno(type))
            return Values.Success;
        return type.IsReferenceType || type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T ? Values.Null : Values.Default;
    }

    private int IsNull(int value)
    {
        if (Values.IsSlot(value))
            return Values.False;
        return _body.Values.IsConstant(value) ? Values.Of(value == Values.Null) : Values.Unknown;
    }

    private static int Negate(int value) => value switch
    {
        Values.True => Values.False,
        Values.False => Values.True,
        _ => Values.Unknown,
    };

    private static List<PathValue> One(PathState state, int value) => [new PathValue(state, value)];

    private static List<PathValue> Map(List<PathValue> paths, Func<int, int> map) => paths.ConvertAll(path => path with { Value = map(path.Value) });

    public static List<PathValue> Then(List<PathValue> paths, Func<PathValue, List<PathValue>> next)
    {
        if (paths.Count == 1)
            return next(paths[0]);
        var results = new List<PathValue>();
        foreach (var path in paths)
            results.AddRange(next(path));
        return results;
    }
}
