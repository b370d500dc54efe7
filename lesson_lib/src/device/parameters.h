// What a kernel's parameters are, by the types that the compiler sees: typedefs and macros resolved.
// The table of a kernel ends with a row whose code is 0; value_type.rs reads it.

struct __cu_row { char code; unsigned char pointer, constant, lanes; unsigned bytes, align; };

// ---- one type
template <class T, bool is_enum = __is_enum(T)> struct __cu_type {
  static constexpr __cu_row row{__is_trivially_copyable(T) ? 's' : '?', 0, 0, 1, sizeof(T), alignof(T)};
};
template <class T> struct __cu_type<T, true> : __cu_type<__underlying_type(T)> {};
#define __CU_TYPE(T, code, lanes, bytes, align) \
  template <> struct __cu_type<T, false> { static constexpr __cu_row row{code, 0, 0, lanes, bytes, align}; };
#define __CU_NUMBER(T, code) __CU_TYPE(T, code, 1, sizeof(T), alignof(T))
__CU_NUMBER(float, 'f') __CU_NUMBER(double, 'd') __CU_NUMBER(bool, 'b')
__CU_NUMBER(char, 'c') __CU_NUMBER(signed char, 'c') __CU_NUMBER(unsigned char, 'C')
__CU_NUMBER(short, 'w') __CU_NUMBER(unsigned short, 'W')
__CU_NUMBER(int, 'i') __CU_NUMBER(unsigned, 'I')
__CU_NUMBER(long, sizeof(long) == 8 ? 'l' : 'i') __CU_NUMBER(unsigned long, sizeof(long) == 8 ? 'L' : 'I')
__CU_NUMBER(long long, 'l') __CU_NUMBER(unsigned long long, 'L')
#define __CU_VECTORS(T, code) \
  __CU_TYPE(T##1, code, 1, sizeof(T##1), alignof(T##1)) __CU_TYPE(T##2, code, 2, sizeof(T##2), alignof(T##2)) \
  __CU_TYPE(T##3, code, 3, sizeof(T##3), alignof(T##3)) __CU_TYPE(T##4, code, 4, sizeof(T##4), alignof(T##4))
__CU_VECTORS(char, 'c') __CU_VECTORS(uchar, 'C') __CU_VECTORS(short, 'w') __CU_VECTORS(ushort, 'W')
__CU_VECTORS(int, 'i') __CU_VECTORS(uint, 'I')
__CU_VECTORS(long, sizeof(long) == 8 ? 'l' : 'i') __CU_VECTORS(ulong, sizeof(long) == 8 ? 'L' : 'I')
__CU_VECTORS(longlong, 'l') __CU_VECTORS(ulonglong, 'L')
__CU_VECTORS(float, 'f') __CU_VECTORS(double, 'd')
// Their headers need not be included.
#ifdef __CUDACC_RTC__
struct __half; struct __half2; struct __nv_bfloat16; struct __nv_bfloat162;
__CU_TYPE(__half, 'h', 1, 2, 2) __CU_TYPE(__half2, 'h', 2, 4, 4)
__CU_TYPE(__nv_bfloat16, 'B', 1, 2, 2) __CU_TYPE(__nv_bfloat162, 'B', 2, 4, 4)
#else
template <int exponent> struct __cu_short; template <int exponent> struct __cu_short2;
__CU_TYPE(__cu_short<5>, 'h', 1, 2, 2) __CU_TYPE(__cu_short2<5>, 'h', 2, 4, 4)
__CU_TYPE(__cu_short<8>, 'B', 1, 2, 2) __CU_TYPE(__cu_short2<8>, 'B', 2, 4, 4)
#endif
template <> struct __cu_type<void, false> { static constexpr __cu_row row{'v', 0, 0, 1, 1, 1}; };
template <class T> struct __cu_type<T*, false> { static constexpr __cu_row row{'?', 0, 0, 1, sizeof(T*), alignof(T*)}; };
template <class T> struct __cu_type<T&, false> { static constexpr __cu_row row{'&', 0, 0, 1, 1, 1}; };
template <class T> struct __cu_type<T&&, false> : __cu_type<T&, false> {};
#undef __CU_VECTORS
#undef __CU_NUMBER
#undef __CU_TYPE

// ---- one parameter
template <class T, int constant> struct __cu_pointer {
  static constexpr __cu_row to = __cu_type<T>::row;
  static constexpr __cu_row row{to.code, 1, constant, to.lanes, to.bytes, to.align};
};
template <class T> struct __cu_parameter_type { static constexpr __cu_row row = __cu_type<T>::row; };
template <class T> struct __cu_parameter_type<T*> : __cu_pointer<T, 0> {};
template <class T> struct __cu_parameter_type<const T*> : __cu_pointer<T, 1> {};
template <class T> struct __cu_parameter_type<volatile T*> : __cu_pointer<T, 0> {};
template <class T> struct __cu_parameter_type<const volatile T*> : __cu_pointer<T, 1> {};
template <class R, class... A> struct __cu_parameter_type<R (*)(A...)> {
  static constexpr __cu_row row{'?', 0, 0, 1, 8, 8};
};

// ---- all of a kernel
template <int count> struct __cu_rows { __cu_row rows[count]; };
template <class F> struct __cu_parameters;
template <class... P> struct __cu_parameters<void (*)(P...)> {
  static constexpr __cu_rows<sizeof...(P) + 1> table{{__cu_parameter_type<P>::row..., {0, 0, 0, 0, 0, 0}}};
};
namespace std {}
