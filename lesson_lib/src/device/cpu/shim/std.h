// The parts of namespace std that device code uses: functions of numbers, limits, and a few traits.

namespace std {
using ::size_t; using ::ptrdiff_t; using ::nullptr_t;
using ::int8_t; using ::uint8_t; using ::int16_t; using ::uint16_t; using ::int32_t; using ::uint32_t;
using ::int64_t; using ::uint64_t; using ::intptr_t; using ::uintptr_t; using ::intmax_t; using ::uintmax_t;
using ::abs; using ::labs; using ::llabs; using ::sqrt; using ::cbrt; using ::exp; using ::exp2; using ::expm1;
using ::log; using ::log2; using ::log10; using ::log1p; using ::logb; using ::ilogb;
using ::sin; using ::cos; using ::tan; using ::asin; using ::acos; using ::atan; using ::sinh; using ::cosh; using ::tanh;
using ::asinh; using ::acosh; using ::atanh; using ::erf; using ::erfc; using ::lgamma; using ::tgamma;
using ::fabs; using ::floor; using ::ceil; using ::round; using ::trunc; using ::rint; using ::nearbyint;
using ::lrint; using ::lround; using ::llrint; using ::llround; using ::pow; using ::fmin; using ::fmax; using ::fdim;
using ::atan2; using ::fmod; using ::remainder; using ::remquo; using ::hypot; using ::copysign; using ::nextafter;
using ::fma; using ::ldexp; using ::scalbn; using ::scalbln; using ::frexp; using ::modf;
using ::isnan; using ::isinf; using ::isfinite; using ::isnormal; using ::signbit;
using ::malloc; using ::free; using ::memcpy; using ::memmove; using ::memset; using ::__cu_printf;

template <class T> constexpr const T& min(const T& a, const T& b) { return b < a ? b : a; }
template <class T> constexpr const T& max(const T& a, const T& b) { return a < b ? b : a; }
template <class T> constexpr const T& clamp(const T& x, const T& low, const T& high) { return x < low ? low : high < x ? high : x; }

template <class T> struct remove_reference { using type = T; };
template <class T> struct remove_reference<T&> { using type = T; };
template <class T> struct remove_reference<T&&> { using type = T; };
template <class T> using remove_reference_t = typename remove_reference<T>::type;
template <class T> struct remove_cv { using type = T; };
template <class T> struct remove_cv<const T> { using type = T; };
template <class T> struct remove_cv<volatile T> { using type = T; };
template <class T> struct remove_cv<const volatile T> { using type = T; };
template <class T> using remove_cv_t = typename remove_cv<T>::type;
template <class T> using remove_const_t = remove_cv_t<T>;
template <class T> using decay_t = remove_cv_t<remove_reference_t<T>>;
template <class T> constexpr remove_reference_t<T>&& move(T&& x) noexcept { return static_cast<remove_reference_t<T>&&>(x); }
template <class T> constexpr T&& forward(remove_reference_t<T>& x) noexcept { return static_cast<T&&>(x); }
template <class T> constexpr void swap(T& a, T& b) { T c = move(a); a = move(b); b = move(c); }

template <class T, T v> struct integral_constant { static constexpr T value = v; using type = integral_constant; constexpr operator T() const { return v; } };
template <bool v> using bool_constant = integral_constant<bool, v>;
using true_type = bool_constant<true>;
using false_type = bool_constant<false>;
template <class T, class U> struct is_same : bool_constant<__cu_is<T, U>::value> {};
template <class T, class U> constexpr bool is_same_v = is_same<T, U>::value;
template <class T> struct is_integral : bool_constant<__cu_integer<remove_cv_t<T>>::value> {};
template <class T> constexpr bool is_integral_v = is_integral<T>::value;
template <class T> struct is_floating_point : bool_constant<__cu_real<remove_cv_t<T>>::value> {};
template <class T> constexpr bool is_floating_point_v = is_floating_point<T>::value;
template <class T> struct is_arithmetic : bool_constant<is_integral_v<T> || is_floating_point_v<T>> {};
template <class T> constexpr bool is_arithmetic_v = is_arithmetic<T>::value;
template <bool, class T, class F> struct conditional { using type = T; };
template <class T, class F> struct conditional<false, T, F> { using type = F; };
template <bool b, class T, class F> using conditional_t = typename conditional<b, T, F>::type;
template <bool, class T = void> struct enable_if {};
template <class T> struct enable_if<true, T> { using type = T; };
template <bool b, class T = void> using enable_if_t = typename enable_if<b, T>::type;

template <class T> struct numeric_limits {
  static constexpr bool is_integer = true, is_signed = T(-1) < T(0);
  static constexpr int digits = int(sizeof(T)) * 8 - is_signed;
  static constexpr T min() { return is_signed ? T(1ull << (sizeof(T) * 8 - 1)) : T(0); }
  static constexpr T max() { return T(~min()); }
  static constexpr T lowest() { return min(); }
};
#define __CU_LIMITS(T, N, bits) \
  template <> struct numeric_limits<T> { \
    static constexpr bool is_integer = false, is_signed = true, has_infinity = true; \
    static constexpr int digits = bits; \
    static constexpr T min() { return N##_MIN; } \
    static constexpr T max() { return N##_MAX; } \
    static constexpr T lowest() { return -N##_MAX; } \
    static constexpr T epsilon() { return N##_EPSILON; } \
    static constexpr T infinity() { return T(__builtin_inf()); } \
    static constexpr T quiet_NaN() { return T(__builtin_nan("")); } \
  };
__CU_LIMITS(float, FLT, 24)
__CU_LIMITS(double, DBL, 53)
#undef __CU_LIMITS
}
