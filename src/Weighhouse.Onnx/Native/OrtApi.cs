namespace Weighhouse.Onnx.Native;

/// <summary>
/// The part of ONNX Runtime's C interface that we use. The library exports one function, which gives a table of functions whose order
/// never changes: what is new is appended. The numbers are the places in that table, as the public header lists them; what a function
/// returns, unless it only frees or reads, is a status to be read and released, or zero when all is well.
/// </summary>
/// <param name="table">What <c>OrtApiBase.GetApi</c> gave; it lives as long as the library.</param>
/// <param name="version">How far it reaches.</param>
internal sealed unsafe class OrtApi(nint* table, int version)
{
    /// <summary>ONNX Runtime 1.15: the first whose table reaches as far as the last function here.</summary>
    public const int VersionMin = 15;

    /// <summary>ONNX Runtime 1.24: the newest header that the table was read against.</summary>
    public const int VersionMax = 24;

    /// <summary>Null before 1.22: loading cannot be stopped then.</summary>
    public readonly delegate* unmanaged<nint, byte, nint> SessionOptionsSetLoadCancellationFlag =
        (delegate* unmanaged<nint, byte, nint>)(version >= 22 ? table[293] : 0);

    public readonly delegate* unmanaged<nint, int> GetErrorCode = (delegate* unmanaged<nint, int>)table[1];
    public readonly delegate* unmanaged<nint, byte*> GetErrorMessage = (delegate* unmanaged<nint, byte*>)table[2];
    public readonly delegate* unmanaged<byte*> GetBuildInfoString = (delegate* unmanaged<byte*>)table[254];
    public readonly delegate* unmanaged<nint, nint> DisableTelemetryEvents = (delegate* unmanaged<nint, nint>)table[6];
    public readonly delegate* unmanaged<nint, void*, nuint, nint, nint*, nint> CreateSessionFromArray =
        (delegate* unmanaged<nint, void*, nuint, nint, nint*, nint>)table[8];
    public readonly delegate* unmanaged<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint> Run =
        (delegate* unmanaged<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint>)table[9];
    public readonly delegate* unmanaged<nint*, nint> CreateSessionOptions = (delegate* unmanaged<nint*, nint>)table[10];
    public readonly delegate* unmanaged<nint, int, nint> SetSessionExecutionMode = (delegate* unmanaged<nint, int, nint>)table[13];
    public readonly delegate* unmanaged<nint, nint> EnableMemPattern = (delegate* unmanaged<nint, nint>)table[16];
    public readonly delegate* unmanaged<nint, nint> DisableMemPattern = (delegate* unmanaged<nint, nint>)table[17];
    public readonly delegate* unmanaged<nint, nint> EnableCpuMemArena = (delegate* unmanaged<nint, nint>)table[18];
    public readonly delegate* unmanaged<nint, nint> DisableCpuMemArena = (delegate* unmanaged<nint, nint>)table[19];
    public readonly delegate* unmanaged<nint, int, nint> SetSessionLogSeverityLevel = (delegate* unmanaged<nint, int, nint>)table[22];
    public readonly delegate* unmanaged<nint, int, nint> SetSessionGraphOptimizationLevel = (delegate* unmanaged<nint, int, nint>)table[23];
    public readonly delegate* unmanaged<nint, int, nint> SetIntraOpNumThreads = (delegate* unmanaged<nint, int, nint>)table[24];
    public readonly delegate* unmanaged<nint, int, nint> SetInterOpNumThreads = (delegate* unmanaged<nint, int, nint>)table[25];
    public readonly delegate* unmanaged<nint, nuint*, nint> SessionGetInputCount = (delegate* unmanaged<nint, nuint*, nint>)table[30];
    public readonly delegate* unmanaged<nint, nuint*, nint> SessionGetOutputCount = (delegate* unmanaged<nint, nuint*, nint>)table[31];
    public readonly delegate* unmanaged<nint, nuint, nint*, nint> SessionGetInputTypeInfo =
        (delegate* unmanaged<nint, nuint, nint*, nint>)table[33];
    public readonly delegate* unmanaged<nint, nuint, nint*, nint> SessionGetOutputTypeInfo =
        (delegate* unmanaged<nint, nuint, nint*, nint>)table[34];
    public readonly delegate* unmanaged<nint, nuint, nint, byte**, nint> SessionGetInputName =
        (delegate* unmanaged<nint, nuint, nint, byte**, nint>)table[36];
    public readonly delegate* unmanaged<nint, nuint, nint, byte**, nint> SessionGetOutputName =
        (delegate* unmanaged<nint, nuint, nint, byte**, nint>)table[37];
    public readonly delegate* unmanaged<nint*, nint> CreateRunOptions = (delegate* unmanaged<nint*, nint>)table[39];
    public readonly delegate* unmanaged<nint, nint> RunOptionsSetTerminate = (delegate* unmanaged<nint, nint>)table[46];
    public readonly delegate* unmanaged<nint, nint> RunOptionsUnsetTerminate = (delegate* unmanaged<nint, nint>)table[47];
    public readonly delegate* unmanaged<nint, long*, nuint, int, nint*, nint> CreateTensorAsOrtValue =
        (delegate* unmanaged<nint, long*, nuint, int, nint*, nint>)table[48];
    public readonly delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint> CreateTensorWithDataAsOrtValue =
        (delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)table[49];
    public readonly delegate* unmanaged<nint, void**, nint> GetTensorMutableData = (delegate* unmanaged<nint, void**, nint>)table[51];
    public readonly delegate* unmanaged<nint, byte**, nuint, nint> FillStringTensor =
        (delegate* unmanaged<nint, byte**, nuint, nint>)table[52];
    public readonly delegate* unmanaged<nint, nuint*, nint> GetStringTensorDataLength = (delegate* unmanaged<nint, nuint*, nint>)table[53];
    public readonly delegate* unmanaged<nint, void*, nuint, nuint*, nuint, nint> GetStringTensorContent =
        (delegate* unmanaged<nint, void*, nuint, nuint*, nuint, nint>)table[54];
    public readonly delegate* unmanaged<nint, nint*, nint> CastTypeInfoToTensorInfo = (delegate* unmanaged<nint, nint*, nint>)table[55];
    public readonly delegate* unmanaged<nint, int*, nint> GetOnnxTypeFromTypeInfo = (delegate* unmanaged<nint, int*, nint>)table[56];
    public readonly delegate* unmanaged<nint, int*, nint> GetTensorElementType = (delegate* unmanaged<nint, int*, nint>)table[60];
    public readonly delegate* unmanaged<nint, nuint*, nint> GetDimensionsCount = (delegate* unmanaged<nint, nuint*, nint>)table[61];
    public readonly delegate* unmanaged<nint, long*, nuint, nint> GetDimensions = (delegate* unmanaged<nint, long*, nuint, nint>)table[62];
    public readonly delegate* unmanaged<nint, byte**, nuint, nint> GetSymbolicDimensions =
        (delegate* unmanaged<nint, byte**, nuint, nint>)table[63];
    public readonly delegate* unmanaged<nint, nint*, nint> GetTensorTypeAndShape = (delegate* unmanaged<nint, nint*, nint>)table[65];
    public readonly delegate* unmanaged<nint, int*, nint> GetValueType = (delegate* unmanaged<nint, int*, nint>)table[67];
    public readonly delegate* unmanaged<int, int, nint*, nint> CreateCpuMemoryInfo = (delegate* unmanaged<int, int, nint*, nint>)table[69];
    public readonly delegate* unmanaged<nint, void*, nint> AllocatorFree = (delegate* unmanaged<nint, void*, nint>)table[76];
    public readonly delegate* unmanaged<nint*, nint> GetAllocatorWithDefaultOptions = (delegate* unmanaged<nint*, nint>)table[78];
    public readonly delegate* unmanaged<nint, int, nint, nint*, nint> GetValue =
        (delegate* unmanaged<nint, int, nint, nint*, nint>)table[80];
    public readonly delegate* unmanaged<nint, nuint*, nint> GetValueCount = (delegate* unmanaged<nint, nuint*, nint>)table[81];
    public readonly delegate* unmanaged<nint, void> ReleaseStatus = (delegate* unmanaged<nint, void>)table[93];
    public readonly delegate* unmanaged<nint, void> ReleaseMemoryInfo = (delegate* unmanaged<nint, void>)table[94];
    public readonly delegate* unmanaged<nint, void> ReleaseSession = (delegate* unmanaged<nint, void>)table[95];
    public readonly delegate* unmanaged<nint, void> ReleaseValue = (delegate* unmanaged<nint, void>)table[96];
    public readonly delegate* unmanaged<nint, void> ReleaseRunOptions = (delegate* unmanaged<nint, void>)table[97];
    public readonly delegate* unmanaged<nint, void> ReleaseTypeInfo = (delegate* unmanaged<nint, void>)table[98];
    public readonly delegate* unmanaged<nint, void> ReleaseTensorTypeAndShapeInfo = (delegate* unmanaged<nint, void>)table[99];
    public readonly delegate* unmanaged<nint, void> ReleaseSessionOptions = (delegate* unmanaged<nint, void>)table[100];
    public readonly delegate* unmanaged<nint, nint*, nint> CastTypeInfoToMapTypeInfo = (delegate* unmanaged<nint, nint*, nint>)table[103];
    public readonly delegate* unmanaged<nint, nint*, nint> CastTypeInfoToSequenceTypeInfo =
        (delegate* unmanaged<nint, nint*, nint>)table[104];
    public readonly delegate* unmanaged<nint, int*, nint> GetMapKeyType = (delegate* unmanaged<nint, int*, nint>)table[105];
    public readonly delegate* unmanaged<nint, nint*, nint> GetMapValueType = (delegate* unmanaged<nint, nint*, nint>)table[106];
    public readonly delegate* unmanaged<nint, nint*, nint> GetSequenceElementType = (delegate* unmanaged<nint, nint*, nint>)table[107];
    public readonly delegate* unmanaged<nint, nint*, nint> SessionGetModelMetadata = (delegate* unmanaged<nint, nint*, nint>)table[111];
    public readonly delegate* unmanaged<nint, nint, byte**, nint> ModelMetadataGetProducerName =
        (delegate* unmanaged<nint, nint, byte**, nint>)table[112];
    public readonly delegate* unmanaged<nint, nint, byte**, nint> ModelMetadataGetGraphName =
        (delegate* unmanaged<nint, nint, byte**, nint>)table[113];
    public readonly delegate* unmanaged<nint, nint, byte**, nint> ModelMetadataGetDomain =
        (delegate* unmanaged<nint, nint, byte**, nint>)table[114];
    public readonly delegate* unmanaged<nint, nint, byte**, nint> ModelMetadataGetDescription =
        (delegate* unmanaged<nint, nint, byte**, nint>)table[115];
    public readonly delegate* unmanaged<nint, nint, byte*, byte**, nint> ModelMetadataLookupCustomMetadataMap =
        (delegate* unmanaged<nint, nint, byte*, byte**, nint>)table[116];
    public readonly delegate* unmanaged<nint, long*, nint> ModelMetadataGetVersion = (delegate* unmanaged<nint, long*, nint>)table[117];
    public readonly delegate* unmanaged<nint, void> ReleaseModelMetadata = (delegate* unmanaged<nint, void>)table[118];
    public readonly delegate* unmanaged<nint, nint> DisablePerSessionThreads = (delegate* unmanaged<nint, nint>)table[120];
    public readonly delegate* unmanaged<nint*, nint> CreateThreadingOptions = (delegate* unmanaged<nint*, nint>)table[121];
    public readonly delegate* unmanaged<nint, void> ReleaseThreadingOptions = (delegate* unmanaged<nint, void>)table[122];
    public readonly delegate* unmanaged<nint, nint, byte***, long*, nint> ModelMetadataGetCustomMetadataMapKeys =
        (delegate* unmanaged<nint, nint, byte***, long*, nint>)table[123];
    public readonly delegate* unmanaged<nint, byte*, long, nint> AddFreeDimensionOverrideByName =
        (delegate* unmanaged<nint, byte*, long, nint>)table[124];
    public readonly delegate* unmanaged<byte***, int*, nint> GetAvailableProviders = (delegate* unmanaged<byte***, int*, nint>)table[125];
    public readonly delegate* unmanaged<byte**, int, nint> ReleaseAvailableProviders = (delegate* unmanaged<byte**, int, nint>)table[126];
    public readonly delegate* unmanaged<nint, byte*, byte*, nint> AddSessionConfigEntry =
        (delegate* unmanaged<nint, byte*, byte*, nint>)table[130];
    public readonly delegate* unmanaged<nint, nint, nint, nint> RunWithBinding = (delegate* unmanaged<nint, nint, nint, nint>)table[133];
    public readonly delegate* unmanaged<nint, nint*, nint> CreateIoBinding = (delegate* unmanaged<nint, nint*, nint>)table[134];
    public readonly delegate* unmanaged<nint, void> ReleaseIoBinding = (delegate* unmanaged<nint, void>)table[135];
    public readonly delegate* unmanaged<nint, byte*, nint, nint> BindInput = (delegate* unmanaged<nint, byte*, nint, nint>)table[136];
    public readonly delegate* unmanaged<nint, byte*, nint, nint> BindOutput = (delegate* unmanaged<nint, byte*, nint, nint>)table[137];
    public readonly delegate* unmanaged<nint, byte*, nint, nint> BindOutputToDevice =
        (delegate* unmanaged<nint, byte*, nint, nint>)table[138];
    public readonly delegate* unmanaged<nint, nint, nint**, nuint*, nint> GetBoundOutputValues =
        (delegate* unmanaged<nint, nint, nint**, nuint*, nint>)table[140];
    public readonly delegate* unmanaged<nint, void> ClearBoundInputs = (delegate* unmanaged<nint, void>)table[141];
    public readonly delegate* unmanaged<nint, void> ClearBoundOutputs = (delegate* unmanaged<nint, void>)table[142];
    public readonly delegate* unmanaged<nint, nint, nint, nint> CreateAndRegisterAllocator =
        (delegate* unmanaged<nint, nint, nint, nint>)table[144];
    public readonly delegate* unmanaged<nint, int, nint> SetGlobalIntraOpNumThreads = (delegate* unmanaged<nint, int, nint>)table[147];
    public readonly delegate* unmanaged<nint, int, nint> SetGlobalInterOpNumThreads = (delegate* unmanaged<nint, int, nint>)table[148];
    public readonly delegate* unmanaged<nint, int, nint> SetGlobalSpinControl = (delegate* unmanaged<nint, int, nint>)table[149];
    public readonly delegate* unmanaged<void*, nint, int, byte*, nint, nint*, nint> CreateEnvWithCustomLoggerAndGlobalThreadPools =
        (delegate* unmanaged<void*, nint, int, byte*, nint, nint*, nint>)table[151];
    public readonly delegate* unmanaged<nint, void> ReleaseArenaCfg = (delegate* unmanaged<nint, void>)table[157];
    public readonly delegate* unmanaged<byte**, nuint*, nuint, nint*, nint> CreateArenaCfgV2 =
        (delegate* unmanaged<byte**, nuint*, nuint, nint*, nint>)table[164];
    public readonly delegate* unmanaged<nint, byte*, byte*, nint> AddRunConfigEntry =
        (delegate* unmanaged<nint, byte*, byte*, nint>)table[165];
    public readonly delegate* unmanaged<nint, int*, nint> HasValue = (delegate* unmanaged<nint, int*, nint>)table[192];
    public readonly delegate* unmanaged<nint, byte**, nint*, nuint, nint> AddExternalInitializers =
        (delegate* unmanaged<nint, byte**, nint*, nuint, nint>)table[210];
    public readonly delegate* unmanaged<nint, byte*, byte**, byte**, nuint, nint> SessionOptionsAppendExecutionProvider =
        (delegate* unmanaged<nint, byte*, byte**, byte**, nuint, nint>)table[216];
    public readonly delegate* unmanaged<nint, nint*, nint> CastTypeInfoToOptionalTypeInfo =
        (delegate* unmanaged<nint, nint*, nint>)table[250];
    public readonly delegate* unmanaged<nint, nint*, nint> GetOptionalContainedTypeInfo =
        (delegate* unmanaged<nint, nint*, nint>)table[251];
    public readonly delegate* unmanaged<nint, nuint, nuint, byte**, nint> GetResizedStringTensorElementBuffer =
        (delegate* unmanaged<nint, nuint, nuint, byte**, nint>)table[252];
}
